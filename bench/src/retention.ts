import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendMessage, streamMessage } from './client.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, round } from './statistics.ts';

const OLD_TASKS = 20_000;
const STREAMS = 100;
const WORDS = 250;
const WORD_MS = 20;
const ROUNDS = 3;
const LEAST_A_SECOND = 5_000;
const MOST_SLOWER = 1.2;

interface Round {
  readonly streamsMs: number;
  readonly blockMs: number;
  /** CPU time of the process until the streams and the deletion have ended. */
  readonly cpuMs: number;
  /** Tasks deleted a second, from the first deleted task to the last. */
  readonly deletedASecond: number;
}

/** How fast old tasks are deleted while streams run, and how much slower the streams become by that. */
export async function retention(): Promise<Finding[]> {
  const idle: Round[] = [];
  const busy: Round[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    const directory = await mkdtemp(join(tmpdir(), 'molecule-bench-old-'));
    try {
      await seed(directory);
      idle.push(await streams(directory, 'off'));
      busy.push(await streams(directory, '1s'));
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  const of = (rounds: readonly Round[], key: keyof Round) => median(rounds.map((each) => each[key]));
  const rate = of(busy, 'deletedASecond');
  const share = (((of(busy, 'cpuMs') - of(idle, 'cpuMs')) / OLD_TASKS) * LEAST_A_SECOND) / 1000;
  const slower = of(busy, 'streamsMs') / of(idle, 'streamsMs');
  return [
    {
      what: `old tasks deleted while ${STREAMS} streams run`,
      ours: `${round(rate, 0)} a second`,
      theirs: `${LEAST_A_SECOND} a second`,
      ratio: rate / LEAST_A_SECOND,
      aim: 'at least as many',
      met: rate >= LEAST_A_SECOND,
    },
    {
      what: `  of a processor, at ${LEAST_A_SECOND} a second`,
      ours: `${round(share * 100, 0)} %`,
      theirs: '20 %',
      ratio: share / 0.2,
      aim: 'at most as much',
      met: share <= 0.2,
    },
    {
      what: '  time of the streams meanwhile',
      ours: `${round(of(busy, 'streamsMs') / 1000)} s`,
      theirs: `${round(of(idle, 'streamsMs') / 1000)} s (nothing to delete)`,
      ratio: slower,
      aim: `at most ${MOST_SLOWER} of its time`,
      met: slower <= MOST_SLOWER,
    },
    {
      what: '  longest block of the event loop',
      ours: `${round(of(busy, 'blockMs'), 0)} ms`,
      theirs: `${round(of(idle, 'blockMs'), 0)} ms`,
      ratio: of(busy, 'blockMs') / of(idle, 'blockMs'),
      aim: 'reported only',
      met: true,
    },
  ];
}

async function seed(directory: string): Promise<void> {
  await using server = await startServer({ name: 'molecule', environment: { BENCH_DIRECTORY: directory } });
  await timeOfLoad(OLD_TASKS, 32, () => sendMessage(server.url, 'hello'));
}

/** Retention begins two seconds after the start, and the streams run from before that for five seconds. */
async function streams(directory: string, age: string): Promise<Round> {
  await using server = await startServer({
    name: 'molecule',
    environment: { BENCH_DIRECTORY: directory, MOLECULE_RETENTION_TASKS: age },
  });
  const watching = age === 'off' ? Promise.resolve(0) : watchDeletion(join(directory, '.molecule', 'tasks.db'));
  await server.blockMs();
  const cpuBefore = await server.cpuMs();
  const begun = performance.now();
  await Promise.all(Array.from({ length: STREAMS }, () => streamMessage(server.url, `speak ${WORDS} ${WORD_MS}`)));
  const streamsMs = performance.now() - begun;
  const blockMs = await server.blockMs();
  const deletedASecond = await watching;
  return { streamsMs, blockMs, deletedASecond, cpuMs: (await server.cpuMs()) - cpuBefore };
}

async function watchDeletion(file: string): Promise<number> {
  using database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare('select count(*) as left from tasks where terminal = 1');
  const left = () => Number(statement.get()?.['left']);
  const before = left();
  while (left() === before) await sleep(5);
  const begun = performance.now();
  const first = left();
  while (left() > STREAMS) await sleep(20);
  return (first - left()) / ((performance.now() - begun) / 1000);
}
