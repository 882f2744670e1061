import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from './agent.ts';
import { ledgerFaults, readLedger } from './ledger.ts';
import { removeDirectory } from './remove-directory.ts';
import { type Blow, isCase, type Moment, play, type Recovery } from './scenario.ts';
import type { SubjectFactory } from './subjects/subject.ts';
import { Temporal } from './temporal.ts';

/** Longer than a heartbeat timeout: within it, Temporal would run again a turn that it counts as lost. */
const LATE_MS = 6_000;

/** One cell of the matrix. */
export interface Cell {
  readonly engine: string;
  readonly moment: Moment;
  readonly blow: Blow;
  readonly faults: string[];
  readonly recoveries: Recovery[];
}

export interface MatrixOptions {
  readonly subject: SubjectFactory;
  readonly moments: readonly Moment[];
  readonly blows: readonly Blow[];
  readonly rounds: number;
  readonly onCell?: (cell: Cell) => void;
}

/** Plays every moment with every blow on one engine, with a separate agent and Temporal server. */
export async function runMatrix(options: MatrixOptions): Promise<Cell[]> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-temporal-'));
  const temporal = await Temporal.create(directory);
  await temporal.start();
  await using subject = await options.subject(temporal.address);
  const agent = await AgentProcess.create(subject.spec);
  const cells: Cell[] = [];
  const deaths = new Map<number, number>();
  const overAt = new Map<string, number>();
  try {
    await agent.start();
    for (const moment of options.moments) {
      for (const blow of options.blows.filter((one) => isCase(subject, moment, one))) {
        const cell: Cell = { engine: subject.name, moment, blow, faults: [], recoveries: [] };
        for (let round = 0; round < options.rounds; round++) {
          const result = await play({ subject, agent, temporal, deaths, overAt }, moment, blow);
          cell.faults.push(...result.faults);
          if (result.recovery) cell.recoveries.push(result.recovery);
        }
        cells.push(cell);
        options.onCell?.(cell);
      }
    }
    const late: string[] = [];
    if (subject.ledger) {
      // Time for any process that would still run one of these turns again.
      await sleep(LATE_MS);
      late.push(...ledgerFaults(readLedger(subject.ledger), deaths, overAt));
    }
    const left = await agent.end();
    late.push(...left.map((command) => `the stopped agent left a process behind: ${command}`));
    const last = cells.at(-1);
    last?.faults.push(...late);
    if (last && late.length > 0) options.onCell?.(last);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe agent's log ends with:\n${agent.output.slice(-6000)}`, {
      cause: error,
    });
  } finally {
    await agent.end();
    await temporal.stop();
    await removeDirectory(directory);
  }
  return cells;
}
