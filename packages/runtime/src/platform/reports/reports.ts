import type { JsonObject, Logger } from '@molecule/adapters';
import { z } from 'zod';
import { pause, wallClock } from '../../support/clock.js';
import type { HeldDuty } from '../../tasks/duties.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TurnReport } from '../../tasks/log/turn-reports.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { type Delegation, isOpen } from '../../tasks/team/delegation.js';
import type { DelegationReports } from '../../tasks/team/delegation-reports.js';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { checkpointOf, delegationCalls, turnActivity } from './report-bodies.js';

/** Reports that are read at once. */
const BATCH = 50;
/** So many of the newest reports wait, while the platform is away for example. */
const MOST_WAITING = 1_000;
/** Calls in a minute, half of what the platform allows in all. */
const MOST_IN_MINUTE = 300;
const MINUTE_MS = 60_000;
/** How often waiting reports are counted. */
const TRIM_MS = 10_000;
/** The platform's limit of records in one answer. */
const MOST_RECORDS = 500;
/** The platform may accept later what it refuses with these. */
const NOT_NOW = [401, 404, 429];

const records = z.array(z.looseObject({ request_body: z.looseObject({}).nullish().catch(undefined) }));

const delegationRows = z.array(z.looseObject({ delegation_id: z.string().nullish(), status: z.string().nullish() }));

type Step = NonNullable<Delegation['report']>;
/** What is reported of a delegation, in this order. */
const STEPS: readonly Step[] = ['begin', 'end', 'answer'];

export interface ReportsOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly log: Pick<TaskLog, 'turnReports' | 'changed'>;
  readonly delegations: DelegationReports;
  /** True while the platform answers. */
  readonly connected: () => boolean;
  /** Called when a turn has begun or ended, in whichever process. */
  readonly onTurn: () => void;
  readonly logger: Logger;
}

/**
 * Reports the work for the platform's users, in the order of the events, from the store: what a process has recorded is reported after its
 * end, too. Before a report is sent, the store has it as in doubt; if the answer is not known, the platform is asked whether it has it.
 */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #base: string;
  #trimmedAt = performance.now();
  #minuteAt = performance.now();
  #inMinute = 0;

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#base = `/workspaces/${encodeURIComponent(options.workspaceId)}`;
  }

  /** Reports until the duty is lost or left. Never rejects. */
  async run(duty: HeldDuty): Promise<void> {
    const { log, logger } = this.#options;
    const { signal } = duty;
    while (!signal.aborted) {
      const changed = log.changed({ kind: 'turn' }, signal);
      try {
        if (await this.#sendSome(duty)) continue;
      } catch (error) {
        const isExpected = signal.aborted || StorageError.is(error) || PlatformError.is(error);
        if (isExpected) logger.debug('reports to the platform wait', { reason: String(error) });
        else logger.warn('reports to the platform could not be sent; they are tried again', { error });
      }
      await changed;
    }
  }

  /** @returns true if there may be more to send now */
  async #sendSome(duty: HeldDuty): Promise<boolean> {
    const { api, log, delegations, connected } = this.#options;
    await this.#trim();
    if (!connected() || api.quietMs > 0) return false;
    const turns = await log.turnReports.next(BATCH);
    if (turns.length > 0) this.#options.onTurn();
    for (const report of turns) await this.#sendTurn(report, duty);
    const ended = await delegations.next(BATCH);
    for (const delegation of ended) await this.#sendDelegation(delegation, duty);
    return turns.length + ended.length > 0;
  }

  async #sendTurn(report: TurnReport, duty: HeldDuty): Promise<void> {
    const { log, workspaceId } = this.#options;
    const { turnReports } = log;
    const { id, end, taskId, turn } = report;
    const about = { task_id: taskId, turn };
    if (end && !(report.isInDoubt && (await this.#isKnown(about, duty)))) {
      await turnReports.sending(id);
      await this.#post('activity', turnActivity(workspaceId, report, end), duty, () => turnReports.notSent(id));
    }
    // The same checkpoint again is the same checkpoint. A turn that was stopped, or goes on later, has none.
    if (end?.outcome !== 'stopped' && end?.outcome !== 'asleep')
      await this.#post('checkpoints', checkpointOf(report), duty, async () => {});
    await turnReports.sent(id);
  }

  /** Reports the beginning of a delegation, and its end and answer once it has ended. */
  async #sendDelegation(delegation: Delegation, duty: HeldDuty): Promise<void> {
    const { delegations, workspaceId } = this.#options;
    const { id, report, isInDoubt } = delegation;
    const calls = delegationCalls(workspaceId, delegation);
    for (let at = report === undefined ? STEPS.length : STEPS.indexOf(report); at < STEPS.length; at++) {
      const step = STEPS[at] ?? 'answer';
      if (step !== 'begin' && isOpen(delegation)) return;
      const call = calls[step];
      const isKnown = call && isInDoubt && step === report && (await this.#isDelegationKnown(id, step, duty));
      if (call && !isKnown) {
        await delegations.set(id, step, true);
        await this.#post(call.path, call.body, duty, () => delegations.set(id, step, false));
      }
      const next = STEPS[at + 1];
      await (next ? delegations.set(id, next, false) : delegations.sent(id));
    }
  }

  async #isDelegationKnown(id: string, step: Step, duty: HeldDuty): Promise<boolean> {
    if (step === 'answer') return this.#isKnown({ delegation_id: id, answer: true }, duty);
    const { signal } = duty;
    const path = `${this.#base}/delegations`;
    const rows = delegationRows.parse((await this.#options.api.call({ method: 'GET', path, signal })) ?? []);
    const own = rows.filter(({ delegation_id }) => delegation_id === id);
    return step === 'begin' ? own.length > 0 : own.some(({ status }) => status === 'completed' || status === 'failed');
  }

  /** True if the platform has recorded a report about it. */
  async #isKnown(about: JsonObject, { signal }: HeldDuty): Promise<boolean> {
    const path = `${this.#base}/activity?limit=${MOST_RECORDS}`;
    const found = records.parse((await this.#options.api.call({ method: 'GET', path, signal })) ?? []);
    return found.some(({ request_body }) =>
      Object.entries(about).every(([key, value]) => request_body?.[key] === value),
    );
  }

  /**
   * @param notSent records that the platform has not accepted it
   * @throws {PlatformError} if it is to be sent later; one that the platform refuses for good is dropped
   */
  async #post(path: string, body: JsonObject, duty: HeldDuty, notSent: () => Promise<void>): Promise<void> {
    const { api, logger } = this.#options;
    const { signal } = duty;
    await this.#pace(signal);
    if (!duty.isHeld) throw new Error('another process may report by now');
    try {
      await api.call({ method: 'POST', path: `${this.#base}/${path}`, body, signal });
    } catch (error) {
      if (!PlatformError.is(error)) throw error;
      const { status } = error;
      if (status === undefined || status >= 500) throw error;
      if (NOT_NOW.includes(status)) {
        await notSent();
        throw error;
      }
      logger.debug('the platform refused a report, which is dropped', { path, reason: error.message });
    }
  }

  /** Waits if many reports were sent: the platform's limit is for all calls, heartbeats and those of turns included. */
  async #pace(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    if (now - this.#minuteAt >= MINUTE_MS) {
      this.#minuteAt = now;
      this.#inMinute = 0;
    }
    this.#inMinute++;
    if (this.#inMinute > MOST_IN_MINUTE) await pause(wallClock, this.#minuteAt + MINUTE_MS - now, signal);
  }

  async #trim(): Promise<void> {
    const now = performance.now();
    if (now - this.#trimmedAt < TRIM_MS) return;
    this.#trimmedAt = now;
    const dropped = await this.#options.log.turnReports.trim(MOST_WAITING);
    if (dropped > 0) {
      this.#options.logger.warn(
        'the oldest reports to the platform were dropped, because it does not take them as fast as they come',
        {
          dropped,
        },
      );
    }
  }
}
