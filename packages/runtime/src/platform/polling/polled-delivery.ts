import type { Logger } from '@molecule/adapters';
import { pause, wallClock } from '../../support/clock.js';
import { hasCode } from '../../tasks/a2a-errors.js';
import type { HeldDuty } from '../../tasks/duties.js';
import type { UntoldAnswers } from '../../tasks/log/untold-answers.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';
import { isTemporary, type PlatformApi } from '../api/platform-api.js';
import { PollCursor } from './poll-cursor.js';
import { messageIn, type PolledMessage, type PolledRow } from './polled-message.js';
import { PolledRecords } from './polled-records.js';

/** Between two questions: 30 calls a minute, of the 600 that the platform allows. Milliseconds. */
const EVERY_MS = 2_000;
/** The first start takes the messages that are not older. Milliseconds. */
const FIRST_MS = 10 * 60_000;
/** Without a cursor, so many of the newest records are read. */
const MOST_AT_ONCE = 10_000;

/** Makes a task of a message, once. Returns why the message is refused for good. @throws if it is to be tried again */
export type AcceptPolled = (message: PolledMessage) => Promise<string | undefined>;

export interface PolledDeliveryOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly records: PlatformRecords;
  readonly untold: UntoldAnswers;
  /** True while the platform answers. */
  readonly connected: () => boolean;
  readonly logger: Logger;
  /** Default 2,000. */
  readonly everyMs?: number;
}

/** What one round of fetching works with. */
interface Fetching {
  readonly cursor: PollCursor;
  readonly accept: AcceptPolled;
  readonly duty: HeldDuty;
}

/**
 * Fetches the messages for this workspace from the platform, which records them for agents that it cannot call (`delivery_mode: poll`). A message is
 * accepted before its record counts as handled, and accepted again it is the same task: a process may end at any moment.
 */
export class PolledDelivery {
  readonly #options: PolledDeliveryOptions;
  readonly #records: PolledRecords;

  constructor(options: PolledDeliveryOptions) {
    this.#options = options;
    this.#records = new PolledRecords(options.api, options.workspaceId, options.logger);
  }

  /** Fetches until the duty is lost or left. Never rejects. */
  async run(duty: HeldDuty, accept: AcceptPolled): Promise<void> {
    const { connected, api, logger, everyMs = EVERY_MS } = this.#options;
    const { signal } = duty;
    let cursor: PollCursor | undefined;
    /** One line for each kind of failure. */
    let last = '';
    while (!signal.aborted) {
      try {
        if (connected() && api.quietMs === 0) {
          if (!cursor && !(await this.#isOffered(signal))) return;
          cursor ??= await PollCursor.open(this.#options.records);
          await this.#fetch({ cursor, accept, duty });
        }
      } catch (error) {
        const isExpected = signal.aborted || StorageError.is(error) || isTemporary(error);
        const reason = String(error);
        if (isExpected || reason === last) logger.debug('messages were not fetched from the platform', { reason });
        else logger.warn('messages could not be fetched from the platform; this is tried again', { error });
        last = reason;
      }
      await pause(wallClock, everyMs, signal);
    }
  }

  async #isOffered(signal: AbortSignal): Promise<boolean> {
    if (await this.#records.areOffered(signal)) return true;
    this.#options.logger.error(
      'MOLECULE_PLATFORM_DELIVERY is poll, and this platform records no messages to be fetched; update it, or let it call the agent under MOLECULE_PUBLIC_URL',
    );
    return false;
  }

  async #fetch(fetching: Fetching): Promise<void> {
    const { cursor, duty } = fetching;
    const seen: string[] = [];
    let isRead = false;
    try {
      for await (const rows of this.#pages(cursor, duty.signal)) {
        isRead = true;
        seen.push(...rows.map(({ id }) => id));
        if (!(await this.#handleAll(rows, fetching))) return;
      }
    } finally {
      cursor.advance(seen);
      // A cursor that was stored before anything was read would be taken for one that has passed over what is old.
      if (isRead && duty.isHeld) await cursor.save();
    }
  }

  /** The records after the cursor, oldest first. */
  async *#pages(cursor: PollCursor, signal: AbortSignal): AsyncGenerator<readonly PolledRow[]> {
    let { since } = cursor;
    if (since === undefined) {
      const rows = await this.#newest(cursor, signal);
      yield cursor.isNew ? this.#recent(rows, cursor) : rows;
      return;
    }
    for (;;) {
      const page = await this.#records.after(since, signal);
      if (page === 'gone') {
        this.#options.logger.info(
          'the platform has removed the last record that was fetched; all that it has is fetched',
        );
        cursor.lost();
        return;
      }
      yield page.rows;
      since = page.rows.at(-1)?.id;
      if (!page.isFull || since === undefined) return;
    }
  }

  /** What the platform has, oldest first; at the first start only as far back as messages are taken. */
  async #newest(cursor: PollCursor, signal: AbortSignal): Promise<readonly PolledRow[]> {
    const rows = new Map<string, PolledRow>();
    let before: string | undefined;
    for (;;) {
      const page = await this.#records.newest(before, signal);
      const count = rows.size;
      for (const row of page.rows) rows.set(row.id, row);
      const oldest = page.rows.at(-1);
      const goesBack = !cursor.isNew || (oldest !== undefined && isRecent(oldest));
      before = oldest?.created_at ?? undefined;
      // A platform that ignores `before_ts` lists the same records again.
      const ends = !page.isFull || rows.size === count || rows.size >= MOST_AT_ONCE;
      if (!goesBack || before === undefined || ends) return [...rows.values()].toReversed();
    }
  }

  /** At the first start, old messages are left: an agent that has lost its state has answered them. @param rows oldest first */
  #recent(rows: readonly PolledRow[], cursor: PollCursor): readonly PolledRow[] {
    const first = rows.findIndex(isRecent);
    const old = first < 0 ? rows : rows.slice(0, first);
    const last = old.at(-1);
    if (last) cursor.startAfter(last.id);
    const left = old.filter((row) => messageIn(row, this.#options.workspaceId)).length;
    if (left > 0) {
      const minutes = FIRST_MS / 60_000;
      this.#options.logger.warn('messages from before the first start are left unanswered', {
        left,
        olderThan: `${minutes} min`,
      });
    }
    return rows.slice(old.length);
  }

  /** @returns false if some wait at the platform */
  async #handleAll(rows: readonly PolledRow[], { cursor, accept, duty }: Fetching): Promise<boolean> {
    const full = new Set<string>();
    for (const row of rows) {
      if (cursor.isHandled(row.id)) continue;
      if (duty.signal.aborted || !duty.isHeld) return false;
      const message = messageIn(row, this.#options.workspaceId);
      const context = message && contextOf(message);
      if (context !== undefined && full.has(context)) continue;
      try {
        const refusal = message && (await accept(message));
        if (message && refusal !== undefined) await this.#refuse(row, message, refusal);
        cursor.handled(row.id);
        // Before the refusal is sent: one that is sent and stored once more would be sent twice.
        if (refusal !== undefined && duty.isHeld) await cursor.save();
      } catch (error) {
        if (context === undefined || !hasCode(error, 'TURN_QUEUE_FULL')) throw error;
        full.add(context);
      }
    }
    return full.size === 0;
  }

  async #refuse(row: PolledRow, { messageId, answerTo }: PolledMessage, reason: string): Promise<void> {
    const { untold, logger } = this.#options;
    logger.warn('a message of the platform was refused', { messageId, reason });
    if (answerTo !== undefined) await untold.refused(row.id, { messageId, answerTo, text: reason });
  }
}

function isRecent({ created_at }: PolledRow): boolean {
  return Date.now() - Date.parse(created_at ?? '') <= FIRST_MS;
}

/** The context or the task that a message names; undefined: it begins a context of its own. */
function contextOf({ request }: PolledMessage): string | undefined {
  return request.message?.contextId || request.message?.taskId || undefined;
}
