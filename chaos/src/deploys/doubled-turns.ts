import { ledgerFaults, readLedger } from '../ledger.ts';
import { overlapsIn } from '../replicas/overlaps.ts';
import type { Result } from './load.ts';

/**
 * Turns that began again after their client had received the end, and conversations on which two engines worked at the same time.
 *
 * @param deaths when each process ended
 */
export function doubledTurns(
  ledger: string,
  deaths: ReadonlyMap<number, number>,
  results: readonly Result[],
): readonly string[] {
  const lines = readLedger(ledger);
  const overAt = new Map(results.map(({ messageId, endedAt }) => [messageId, endedAt]));
  return [...ledgerFaults(lines, deaths, overAt), ...overlapsIn(lines, { deaths, standstills: [] })];
}
