import type { Task } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import type { AllowedTargets } from '../support/network/guarded/allowed-targets.js';
import { guardedPost, TargetRefusedError, UnreachedError } from '../support/network/guarded/guarded-post.js';
import type { Resolve } from '../support/network/guarded/resolve-host.js';
import { reasonOf } from '../support/network/reason-of.js';
import type { HeldDuty } from '../tasks/duties.js';
import type { PendingPush, PushRow } from '../tasks/log/push/push-deliveries.js';
import type { TaskLog } from '../tasks/log/task-log.js';
import { StorageError } from '../tasks/storage/storage-error.js';
import { notificationBody } from './notification.js';
import { type Notifier, notificationHeaders } from './notification-headers.js';
import { nextTry } from './push-pace.js';
import { UnreachedPlaces } from './push-places.js';

/** How long a receiver may take (A2A 1.0, section 4.3.3). */
const TIMEOUT_MS = 15_000;

/** Characters of an error's text that are kept. */
const ERROR_CHARACTERS = 300;

/** How a delivery ended, for metrics. */
export type PushOutcome = 'delivered' | 'failed' | 'disabled';

export interface CourierOptions {
  readonly log: Pick<TaskLog, 'push' | 'acceptanceSynced'>;
  readonly notifier: Notifier;
  readonly targets: AllowedTargets;
  /** A task as its callers see it; undefined: it was deleted. */
  readonly wholeTask: (taskId: string) => Promise<Task | undefined>;
  /** Called after each try. */
  readonly onOutcome: (outcome: PushOutcome) => void;
  readonly logger: Logger;
  /** Default: that of {@link guardedPost}. */
  readonly resolve?: Resolve;
}

/** Why a delivery failed. */
interface Failure {
  readonly reason: string;
  /** Undefined: there was no answer. */
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
  /** True: no connection was made. */
  readonly unreachable: boolean;
}

/** A notification as it is sent. */
interface Notification {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** True: it has the ended task. */
  readonly isEnd: boolean;
}

/** Delivers the notifications of a configuration, in order. */
export class PushCourier {
  readonly #options: CourierOptions;
  readonly #unreached = new UnreachedPlaces();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Delivers until nothing is left, a delivery fails, the configuration names another receiver, or the duty ends. @throws {StorageError} */
  async deliver(pending: PendingPush, duty: HeldDuty): Promise<void> {
    const { log } = this.#options;
    const { deliveries } = log.push;
    for (;;) {
      const row = await deliveries.next(pending);
      // How much goes to a receiver at once is decided by its origin: another one has to begin again.
      if (row?.config.origin !== pending.origin) return;
      // A state that was sent must not be lost by a power cut afterwards.
      await log.acceptanceSynced(pending.taskId);
      const made = await this.#make(row).catch((error: unknown) => this.#notMade(pending, error));
      if (made && 'reason' in made) return this.#failed(row.config, made);
      const failure = made && (await this.#post(row.config, made, duty));
      // Whatever came of it: another process may deliver by now.
      if (failure === 'stopped') return;
      if (failure) return this.#failed(row.config, failure);
      await deliveries.sent(row.config, row.seq, made?.isEnd ?? false);
      if (!made) continue;
      this.#options.onOutcome('delivered');
      const wasUnreached = this.#unreached.delete(pending.origin);
      if (wasUnreached || row.config.failingSince !== undefined) await this.#recovered(row.config);
    }
  }

  /** Undefined: nothing is sent. */
  async #make(row: PushRow): Promise<Notification | undefined> {
    const { notifier, wholeTask } = this.#options;
    const { config, seq } = row;
    const body = await notificationBody(row, config.version, () => wholeTask(config.taskId));
    if (!body) return undefined;
    return {
      headers: await notificationHeaders(config, seq, body, notifier, Date.now()),
      body: body.body,
      isEnd: body.isEnd,
    };
  }

  async #post(
    { url }: PendingPush,
    { headers, body }: Notification,
    duty: HeldDuty,
  ): Promise<Failure | 'stopped' | undefined> {
    const { targets, resolve } = this.#options;
    if (!duty.isHeld) return 'stopped';
    const signal = AbortSignal.any([duty.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const { status, retryAfterMs } = await guardedPost({ url, headers, body, signal }, targets, resolve);
      if (status >= 200 && status < 300) return undefined;
      const isRedirect = status >= 300 && status < 400;
      const reason = `the receiver answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`;
      return { reason, status, retryAfterMs, unreachable: false };
    } catch (error) {
      if (duty.signal.aborted) return 'stopped';
      if (error instanceof TargetRefusedError) {
        return { reason: `${error.message}; the operator can allow it with MOLECULE_PUSH_ALLOW`, unreachable: false };
      }
      const unreachable = error instanceof UnreachedError;
      const missing = unreachable ? 'connection' : 'answer';
      const reason = signal.aborted ? `no ${missing} within ${TIMEOUT_MS / 1000} s` : reasonOf(error);
      return { reason, unreachable };
    }
  }

  /** A fault of this program. It may be mended by a newer version within the time of the tries. */
  #notMade({ taskId, id }: PendingPush, error: unknown): Failure {
    if (StorageError.is(error)) throw error;
    this.#options.logger.error('a push notification could not be made', { taskId, config: id, error });
    return { reason: 'the notification could not be made; the log of the agent has the reason', unreachable: false };
  }

  async #failed(config: PendingPush, { reason, status, retryAfterMs, unreachable }: Failure): Promise<void> {
    const { log, logger, onOutcome } = this.#options;
    const { tries, failingSince, taskId, id, origin } = config;
    const at = Date.now();
    const next = nextTry({ now: at, tries, failingSince, status, retryAfterMs });
    const failure = { at, tries: tries + 1, reason: reason.slice(0, ERROR_CHARACTERS), unreachable, ...next };
    const isRecorded = await log.push.deliveries.failed(config, failure);
    if (unreachable) {
      this.#unreached.add(origin);
      await log.push.deliveries.postpone(origin, failure);
    }
    // A configuration that took its place has not failed.
    if (!isRecorded) return;
    onOutcome(next.disable ? 'disabled' : 'failed');
    // The path of the URL may hold a secret.
    const about = { taskId, config: id, receiver: origin, reason };
    if (next.disable) {
      logger.warn('push notifications are given up: the receiver does not accept them; see molecule push list', about);
    } else if (failingSince === undefined) {
      logger.warn('a push notification was not accepted; it is sent again until it is, for 24 hours', about);
    } else logger.debug('a push notification was not accepted', { ...about, tries: tries + 1 });
  }

  async #recovered({ taskId, id, origin }: PendingPush): Promise<void> {
    await this.#options.log.push.deliveries.resume(origin);
    const about = { taskId, config: id, receiver: origin };
    this.#options.logger.info('a receiver of push notifications accepts them again', about);
  }
}
