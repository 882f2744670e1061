import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Blow } from './blows.ts';
import { isMomentOf, MOMENTS, type Moment } from './moments.ts';
import type { Pair } from './pair.ts';
import { type History, type Played, play } from './play.ts';
import { type Cell, printCells, sentence } from './table.ts';

/** Moments and blows that one pair goes through. */
export interface Series {
  /** The engine, and what is special about the pair. */
  readonly name: string;
  readonly blows: readonly Blow[];
  open(): Promise<Pair>;
}

/**
 * Plays all moments with all blows.
 *
 * @param only cells whose name contains all words of one of these lists; empty: all cells
 * @returns the exit code
 */
export async function runReplicas(series: readonly Series[], only: readonly string[]): Promise<number> {
  const cells: Cell[] = [];
  for (const { name: engine, blows, open } of series) {
    const chosen = MOMENTS.flatMap((moment) => blows.map((blow) => ({ engine, moment, blow }))).filter((cell) =>
      isChosen(`${engine}, ${cell.moment}, ${cell.blow.name}`, only),
    );
    if (chosen.length === 0) continue;
    await using pair = await open();
    const history: History = { deaths: new Map(), standstills: [], ended: new Map() };
    for (const { moment, blow } of chosen) {
      if (!isMomentOf(pair.subject, moment)) continue;
      const cell = { engine, moment, blow, ...(await played(pair, moment, blow, history)) };
      cells.push(cell);
      console.log(sentence(cell));
    }
  }
  printCells(cells);
  return cells.length === 0 || cells.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

/** Plays a cell, and brings the pair back if that failed. */
async function played(pair: Pair, moment: Moment, blow: Blow, history: History): Promise<Played> {
  let result: Played;
  try {
    result = await play(pair, moment, blow, history);
  } catch (error) {
    result = { faults: [(error as Error).message], takeoverMs: undefined, servesMs: undefined };
  }
  const isSlow = (result.takeoverMs ?? 0) > blow.takeoverMs;
  if (result.faults.length === 0 && !isSlow) return result;
  const logs = await keepLogs(pair, `${moment}-${blow.name}`);
  if (result.faults.length === 0) return { ...result, logs };
  await blow.heal(pair);
  await pair.network.mend();
  // Both begin again, so that a fault stays in its cell.
  for (const agent of [pair.first, pair.second]) {
    const { pid } = agent;
    await agent.stop('SIGKILL');
    history.deaths.set(pid, Date.now());
    await agent.start();
  }
  return { ...result, logs };
}

async function keepLogs({ first, second }: Pair, name: string): Promise<string> {
  const directory = join(tmpdir(), 'molecule-chaos-logs', `${Date.now()}-${name.replaceAll(/\W+/g, '-')}`);
  await mkdir(directory, { recursive: true });
  for (const [file, agent] of Object.entries({ first, second })) {
    await writeFile(join(directory, file), agent.outputSinceMark);
  }
  return directory;
}

function isChosen(name: string, only: readonly string[]): boolean {
  const holds = (word: string) => (word.startsWith('!') ? !name.includes(word.slice(1)) : name.includes(word));
  return only.length === 0 || only.some((list) => list.split(',').every((word) => holds(word.trim())));
}
