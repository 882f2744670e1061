import { TurnHandedOverError } from '../../src/index.js';
import { LedgerBody, type LedgerEntry, readLedger } from '../fixtures/ledger-body.js';
import { waitUntil } from './wait-until.js';

/** A directory in which bodies record the events of their turns. */
export class Ledger {
  constructor(private readonly directory: string) {}

  body(): LedgerBody {
    return new LedgerBody(this.directory, () => new TurnHandedOverError());
  }

  begins(taskId: string): LedgerEntry[] {
    return readLedger(this.directory, taskId).filter((entry) => entry.event === 'begin');
  }

  /** Waits for an entry. */
  entry(taskId: string, event: LedgerEntry['event'], count = 1): Promise<LedgerEntry> {
    return waitUntil(
      `${event} of ${taskId}`,
      () => readLedger(this.directory, taskId).filter((one) => one.event === event)[count - 1],
    );
  }
}
