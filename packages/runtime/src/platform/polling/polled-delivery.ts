import type { Logger } from '@molecule/adapters';
import { z } from 'zod';
import { pause, wallClock } from '../../support/clock.js';
import type { HeldDuty } from '../../tasks/duties.js';
import type { UntoldAnswers } from '../../tasks/log/untold-answers.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';
import { isTemporary, type PlatformApi, PlatformError } from '../api/platform-api.js';
import { PollCursor } from './poll-cursor.js';
import { messageIn, type PolledMessage, type PolledRow, polledRow } from './polled-message.js';

/** Between two questions: 30 calls a minute, of the 600 that the platform allows. Milliseconds. */
const EVERY_MS = 2_000;
/** The platform's limit of records in one answer. */
const MOST_RECORDS = 500;
/** No record has this id: a platform that knows the cursor answers 410, and one that ignores it 200. */
export const NO_RECORD = '00000000-0000-0000-0000-000000000000';
const GONE = 410;

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

/**
 * Fetches the messages for this workspace from the platform, which records them for agents that it cannot call (`delivery_mode: poll`). A message is
 * accepted before its record counts as handled, and accepted again it is the same task: a process may end at any moment.
 */
export class PolledDelivery {
  readonly #options: PolledDeliveryOptions;
  readonly #path: string;

  constructor(options: PolledDeliveryOptions) {
    this.#options = options;
    this.#path = `/workspaces/${encodeURIComponent(options.workspaceId)}/activity?type=a2a_receive&limit=${MOST_RECORDS}`;
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
          await this.#fetch(cursor, accept, duty);
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
    if ((await this.#rowsAfter(NO_RECORD, signal)) === 'gone') return true;
    this.#options.logger.error(
      'MOLECULE_PLATFORM_DELIVERY is poll, and this platform records no messages to be fetched; update it, or let it call the agent under MOLECULE_PUBLIC_URL',
    );
    return false;
  }

  async #fetch(cursor: PollCursor, accept: AcceptPolled, duty: HeldDuty): Promise<void> {
    const rows = await this.#allRows(cursor, duty.signal);
    try {
      for (const row of rows) {
        if (cursor.isHandled(row.id)) continue;
        if (duty.signal.aborted || !duty.isHeld) return;
        await this.#handle(row, accept);
        cursor.handled(row.id);
      }
      cursor.advance(rows.map(({ id }) => id));
    } finally {
      await cursor.save();
    }
  }

  async #handle(row: PolledRow, accept: AcceptPolled): Promise<void> {
    const { workspaceId, untold, logger } = this.#options;
    const message = messageIn(row, workspaceId);
    if (!message) return;
    const refusal = await accept(message);
    if (refusal === undefined) return;
    const { messageId, answerTo } = message;
    logger.warn('a message of the platform was refused', { messageId, reason: refusal });
    if (answerTo !== undefined) await untold.refused(row.id, { messageId, answerTo, text: refusal });
  }

  /** The records after the cursor, oldest first. Without one, the newest that the platform has. */
  async #allRows(cursor: PollCursor, signal: AbortSignal): Promise<readonly PolledRow[]> {
    const all: PolledRow[] = [];
    let { since } = cursor;
    for (;;) {
      const rows = await this.#rowsAfter(since, signal);
      if (rows === 'gone') {
        // Records that are old enough are removed; what is there now is later.
        cursor.lost();
        return [];
      }
      if (since === undefined) return rows.toReversed();
      all.push(...rows);
      if (rows.length < MOST_RECORDS) return all;
      since = rows.at(-1)?.id;
    }
  }

  async #rowsAfter(since: string | undefined, signal: AbortSignal): Promise<readonly PolledRow[] | 'gone'> {
    const path = since === undefined ? this.#path : `${this.#path}&since_id=${encodeURIComponent(since)}`;
    try {
      const answer = await this.#options.api.call({ method: 'GET', path, signal });
      // One that is no record has no place in the order, and is passed over.
      return z
        .array(polledRow.optional().catch(undefined))
        .parse(answer ?? [])
        .filter((row) => row !== undefined);
    } catch (error) {
      if (PlatformError.is(error) && error.status === GONE) return 'gone';
      throw error;
    }
  }
}
