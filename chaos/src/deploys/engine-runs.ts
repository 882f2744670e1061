import { type LedgerLine, readLedger } from '../ledger.ts';

/** An engine's work on a turn, in milliseconds since 1970. */
interface EngineRun {
  readonly messageId: string;
  readonly from: number;
  readonly to: number;
}

/** When which turns of which conversation ran, as their engines have recorded it. */
export class EngineRuns {
  readonly #byContext = new Map<string, EngineRun[]>();

  constructor(ledger: string) {
    const open = new Map<string, LedgerLine>();
    for (const line of readLedger(ledger)) {
      const { event, contextId, messageId, pid, at } = line;
      const key = `${messageId} ${pid}`;
      if (event === 'begin') open.set(key, line);
      const begin = event === 'end' && open.get(key);
      if (!begin) continue;
      const runs = this.#byContext.get(contextId) ?? [];
      this.#byContext.set(contextId, [...runs, { messageId, from: begin.at, to: at }]);
    }
  }

  /**
   * Of a time, the part in which an engine worked on a turn of the conversation, in milliseconds.
   *
   * @param except a turn that does not count
   */
  within(contextId: string, from: number, to: number, except?: string): number {
    return (this.#byContext.get(contextId) ?? [])
      .filter(({ messageId }) => messageId !== except)
      .reduce((sum, run) => sum + Math.max(0, Math.min(run.to, to) - Math.max(run.from, from)), 0);
  }
}
