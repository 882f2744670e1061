import type { Blow } from './blows.ts';
import type { Moment } from './moments.ts';
import type { Played } from './play.ts';

/** One cell of the matrix. */
export interface Cell extends Played {
  /** The engine, and what is special about the pair. */
  readonly engine: string;
  readonly moment: Moment;
  readonly blow: Blow;
}

/** One line for a cell, and one for each of its faults. */
export function sentence({ engine, moment, blow, faults, takeoverMs, logs }: Cell): string {
  const takeover = takeoverMs === undefined ? '' : `, runs on the other replica ${takeoverMs} ms later`;
  const verdict = faults.length === 0 ? 'ok  ' : 'FAIL';
  return [
    `${verdict} ${engine}, ${moment}, ${blow.name}${takeover}`,
    ...faults,
    ...(logs ? [`logs: ${logs}`] : []),
  ].join('\n       ');
}

/** Prints the tables of docs/durability.md, in Markdown. */
export function printCells(cells: readonly Cell[]): void {
  console.log(
    '\n| engine | blow | cells | without a fault | takeover: median, p95, worst (ms) | serves again: median, p95, worst (ms) |',
  );
  console.log('|---|---|---|---|---|---|');
  const groupOf = ({ engine, blow }: Cell) => `${engine} | ${blow.name}`;
  for (const name of new Set(cells.map(groupOf))) {
    const own = cells.filter((cell) => groupOf(cell) === name);
    const good = own.filter(({ faults }) => faults.length === 0).length;
    const takeovers = spread(own.map(({ takeoverMs }) => takeoverMs));
    const serves = spread(own.map(({ servesMs }) => servesMs));
    console.log(`| ${name} | ${own.length} | ${good} | ${takeovers} | ${serves} |`);
  }
  const good = cells.filter(({ faults }) => faults.length === 0).length;
  console.log(`\n${good} of ${cells.length} cells without a fault.`);
}

function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(known.length * share))];
  return known.length === 0 ? '-' : [at(0.5), at(0.95), at(1)].join(', ');
}
