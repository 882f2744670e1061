import type { Task } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import type { AllowedTargets } from '../support/network/guarded/allowed-targets.js';
import { guardedPost, type Resolve, TargetRefusedError } from '../support/network/guarded/guarded-post.js';
import { reasonOf } from '../support/network/reason-of.js';
import type { HeldDuty } from '../tasks/duties.js';
import type { PendingPush, PushRow } from '../tasks/log/push/push-deliveries.js';
import type { TaskLog } from '../tasks/log/task-log.js';
import { StorageError } from '../tasks/storage/storage-error.js';
import { type NotificationBody, notificationBody } from './notification.js';
import { type Notifier, notificationHeaders } from './notification-headers.js';
import { nextTry } from './push-pace.js';

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
  /** Default: the resolver of the operating system. */
  readonly resolve?: Resolve;
}

/** Why a delivery failed. */
interface Failure {
  readonly reason: string;
  /** Undefined: there was no answer. */
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
  /** True: the receiver was not reached. */
  readonly unreachable: boolean;
}

/** Delivers the notifications of a configuration, in order. */
export class PushCourier {
  readonly #options: CourierOptions;
  /** Receivers that this process has not reached since it last tried. */
  readonly #unreached = new Set<string>();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Delivers until nothing is left, a delivery fails, or the duty ends. @throws {StorageError} */
  async deliver(pending: PendingPush, duty: HeldDuty): Promise<void> {
    const { log } = this.#options;
    const { deliveries } = log.push;
    let state = pending;
    for (;;) {
      const row = await deliveries.next(pending);
      if (!row) return;
      // A state that was sent must not be lost by a power cut afterwards.
      await log.acceptanceSynced(pending.taskId);
      const body = await this.#body(row, pending).catch((error: unknown) => this.#notMade(pending, error));
      if (body && 'reason' in body) return this.#failed(state, body);
      const failure = body && (await this.#post(pending, row, body, duty));
      // Whatever came of it: another process may deliver by now.
      if (failure === 'stopped') return;
      if (failure) return this.#failed(state, failure);
      await deliveries.sent(pending, row.seq, body?.isEnd ?? false);
      if (!body) continue;
      this.#options.onOutcome('delivered');
      const wasUnreached = this.#unreached.delete(pending.origin);
      if (wasUnreached || state.failingSince !== undefined) await this.#recovered(pending);
      state = { ...pending, tries: 0, failingSince: undefined };
    }
  }

  #body(row: PushRow, { taskId, version }: PendingPush): Promise<NotificationBody | undefined> {
    return notificationBody(row, version, () => this.#options.wholeTask(taskId));
  }

  async #post(
    pending: PendingPush,
    { seq }: PushRow,
    body: NotificationBody,
    duty: HeldDuty,
  ): Promise<Failure | 'stopped' | undefined> {
    const { notifier, targets, resolve } = this.#options;
    const headers = await notificationHeaders(pending, seq, body, notifier, Date.now());
    if (!duty.isHeld) return 'stopped';
    const signal = AbortSignal.any([duty.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const post = { url: pending.url, headers, body: body.body, signal };
      const { status, retryAfterSeconds } = await guardedPost(post, targets, resolve);
      if (status >= 200 && status < 300) return undefined;
      const isRedirect = status >= 300 && status < 400;
      const reason = `the receiver answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`;
      return { reason, status, retryAfterSeconds, unreachable: false };
    } catch (error) {
      if (duty.signal.aborted) return 'stopped';
      if (error instanceof TargetRefusedError) {
        return { reason: `${error.message}; the operator can allow it with MOLECULE_PUSH_ALLOW`, unreachable: false };
      }
      const reason = signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : connectReason(error);
      return { reason, unreachable: true };
    }
  }

  /** A fault of this program. It may be mended by a newer version within the time of the tries. */
  #notMade({ taskId, id }: PendingPush, error: unknown): Failure {
    if (StorageError.is(error)) throw error;
    this.#options.logger.error('a push notification could not be made', { taskId, config: id, error });
    return { reason: 'the notification could not be made; the log of the agent has the reason', unreachable: false };
  }

  async #failed(pending: PendingPush, { reason, status, retryAfterSeconds, unreachable }: Failure): Promise<void> {
    const { log, logger, onOutcome } = this.#options;
    const { tries, failingSince, taskId, id, origin } = pending;
    const at = Date.now();
    const next = nextTry({ now: at, tries, failingSince, status, retryAfterSeconds });
    const failure = { at, tries: tries + 1, reason: reason.slice(0, ERROR_CHARACTERS), unreachable, ...next };
    await log.push.deliveries.failed(pending, failure);
    if (unreachable) {
      this.#unreached.add(origin);
      await log.push.deliveries.postpone(origin, failure);
    }
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

/** Several addresses of a host fail together. */
function connectReason(error: unknown): string {
  return reasonOf(error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error);
}
