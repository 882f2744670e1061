import type { Logger } from '@molecule/adapters';
import { z } from 'zod';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { type PolledRow, polledRow } from './polled-message.js';

/** The platform's limit of records in one answer. */
const MOST_RECORDS = 500;
/** The limit of an answer with one record. */
const MOST_RECORD_BYTES = 64 * 1024 * 1024;
/** No record has this id: a platform that knows the cursor answers 410, and one that ignores it 200. */
export const NO_RECORD = '00000000-0000-0000-0000-000000000000';
const GONE = 410;

/** Records of the platform. */
export interface PolledPage {
  readonly rows: readonly PolledRow[];
  /** True: there may be more. */
  readonly isFull: boolean;
}

/** Reads the platform's records of messages, page by page. If an answer is too large, the page gets smaller, down to one record. */
export class PolledRecords {
  readonly #api: PlatformApi;
  readonly #path: string;
  readonly #logger: Logger;
  #limit = MOST_RECORDS;
  #isWarned = false;

  constructor(api: PlatformApi, workspaceId: string, logger: Logger) {
    this.#api = api;
    this.#path = `/workspaces/${encodeURIComponent(workspaceId)}/activity?type=a2a_receive`;
    this.#logger = logger;
  }

  /** False: the platform is older than the cursor. */
  async areOffered(signal: AbortSignal): Promise<boolean> {
    return (await this.after(NO_RECORD, signal)) === 'gone';
  }

  /** The records after one, oldest first. `gone`: the platform does not have that one. */
  async after(id: string, signal: AbortSignal): Promise<PolledPage | 'gone'> {
    try {
      return await this.#read(`&since_id=${encodeURIComponent(id)}`, signal);
    } catch (error) {
      if (PlatformError.is(error) && error.status === GONE) return 'gone';
      throw error;
    }
  }

  /** The newest records, newest first. @param before the `created_at` of a record: only those before it */
  newest(before: string | undefined, signal: AbortSignal): Promise<PolledPage> {
    return this.#read(before === undefined ? '' : `&before_ts=${encodeURIComponent(before)}`, signal);
  }

  async #read(query: string, signal: AbortSignal): Promise<PolledPage> {
    for (;;) {
      const limit = this.#limit;
      const path = `${this.#path}&limit=${limit}${query}`;
      try {
        const mostBytes = limit === 1 ? { mostBytes: MOST_RECORD_BYTES } : {};
        const answer = await this.#api.call({ method: 'GET', path, ...mostBytes, signal });
        this.#limit = Math.min(MOST_RECORDS, limit * 2);
        const all = z.array(z.unknown()).parse(answer ?? []);
        // One that is no record has no place in the order, and is passed over.
        const rows = all.flatMap((row) => polledRow.safeParse(row).data ?? []);
        return { rows, isFull: all.length >= limit };
      } catch (error) {
        if (!PlatformError.is(error) || !error.isTooLarge || limit === 1) throw error;
        this.#limit = Math.floor(limit / 2);
        if (!this.#isWarned)
          this.#logger.warn('records of the platform are too large to be fetched at once; fewer are');
        this.#isWarned = true;
      }
    }
  }
}
