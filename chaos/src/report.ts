import type { Cell } from './matrix.ts';

/** A cell in words, with its faults. */
export function sentence({ engine, moment, victim, faults, recoveries }: Cell): string {
  const recovery =
    recoveries.length > 0 ? `, runs again ${median(recoveries.map((one) => one.afterKill))} ms later` : '';
  const verdict = faults.length === 0 ? 'ok  ' : 'FAIL';
  return [`${verdict} ${engine}, ${moment}, kill -9 of ${victim}${recovery}`, ...faults].join('\n       ');
}

/** The table, in Markdown, as it stands in the documentation. */
export function printTable(cells: readonly Cell[]): void {
  console.log('\n| engine | killed while | kill -9 of | faults | runs again: ms after the kill | ms after ready |');
  console.log('|---|---|---|---|---|---|');
  for (const { engine, moment, victim, faults, recoveries } of cells) {
    const [afterKill, afterReady] = [
      recoveries.map((one) => one.afterKill),
      recoveries.map((one) => one.afterReady),
    ].map((times) => (times.length > 0 ? median(times) : '-'));
    console.log(`| ${[engine, moment, victim, faults.length, afterKill, afterReady].join(' | ')} |`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
