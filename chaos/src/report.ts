import type { Cell } from './matrix.ts';

/** One line for a cell, and one for each of its faults. */
export function sentence({ engine, moment, blow, faults, recoveries }: Cell): string {
  const recovery =
    recoveries.length > 0 ? `, runs again ${median(recoveries.map((one) => one.afterBlow))} ms later` : '';
  const verdict = faults.length === 0 ? 'ok  ' : 'FAIL';
  return [`${verdict} ${engine}, ${moment}, ${blow}${recovery}`, ...faults].join('\n       ');
}

/** Prints the table of docs/durability.md, in Markdown. */
export function printTable(cells: readonly Cell[]): void {
  console.log('\n| engine | moment | blow | faults | runs again: ms after the blow | ms after ready |');
  console.log('|---|---|---|---|---|---|');
  for (const { engine, moment, blow, faults, recoveries } of cells) {
    const [afterBlow, afterReady] = [
      recoveries.map((one) => one.afterBlow),
      recoveries.map((one) => one.afterReady),
    ].map((times) => (times.length > 0 ? median(times) : '-'));
    console.log(`| ${[engine, moment, blow, faults.length, afterBlow, afterReady].join(' | ')} |`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
