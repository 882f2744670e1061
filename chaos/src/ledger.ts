import { existsSync, readFileSync } from 'node:fs';

/** One line of the ledger. */
export interface LedgerLine {
  readonly at: number;
  readonly pid: number;
  readonly event: 'begin' | 'step' | 'computed' | 'end';
  readonly contextId: string;
  readonly messageId: string;
  readonly attempt: number;
  readonly kind?: string;
}

export function readLedger(file: string): readonly LedgerLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // The last line may be cut off by the kill.
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as LedgerLine];
    } catch (error) {
      if (index >= lines.length - 2) return [];
      throw error;
    }
  });
}

/**
 * Faults that the ledger shows: two runs of one turn at the same time, or a run that began after the turn had ended.
 *
 * @param deaths when each killed process died
 * @param overAt when the client received the end of each message's turn
 */
export function ledgerFaults(
  lines: readonly LedgerLine[],
  deaths: ReadonlyMap<number, number>,
  overAt: ReadonlyMap<string, number>,
): string[] {
  const faults: string[] = [];
  for (const messageId of new Set(lines.map((line) => line.messageId))) {
    const own = lines.filter((line) => line.messageId === messageId);
    let open: LedgerLine | undefined;
    for (const line of own) {
      if (line.event === 'begin') {
        const died = open && deaths.get(open.pid);
        if (open && !(died !== undefined && died <= line.at)) {
          faults.push(`turn ${messageId} began in process ${line.pid} while process ${open.pid} still ran it`);
        }
        open = line;
        const over = overAt.get(messageId);
        if (over !== undefined && line.at > over)
          faults.push(`turn ${messageId} began again ${line.at - over} ms after it had ended`);
      }
      if (line.event === 'end' && open?.pid === line.pid) open = undefined;
    }
  }
  return faults;
}
