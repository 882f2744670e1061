import { setTimeout as sleep } from 'node:timers/promises';
import { streamMessage, subscribeToTask } from '../client.ts';
import type { Finding } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { median, quantile, round } from '../statistics.ts';
import type { PostgresServer } from './server.ts';

const STREAMS = 500;
const WORDS_A_SECOND = 20;
const SECONDS = 5;
const ROUNDS = 3;
const WAVE = 125;
const WAVE_MS = 25;

/** The streams whose delay is measured, and their words: every word is longer than a window of the log. */
const READ = { streams: 4, words: 60, intervalMs: 100 };

/** Many streams spread over two replicas, compared with the time that their words take. */
export async function twoReplicas(postgres: PostgresServer): Promise<Finding[]> {
  const environment = { DATABASE_URL: await postgres.createDatabase('crowd') };
  await using first = await startServer({ name: 'molecule', environment });
  await using second = await startServer({ name: 'molecule', environment });
  const replicas = [first, second];
  const words = WORDS_A_SECOND * SECONDS;
  await Promise.all(replicas.map(({ url }) => streamMessage(url, 'speak 20 5')));
  const times: number[] = [];
  for (let index = 0; index < ROUNDS; index++) times.push(await crowd(replicas, words));
  const ratio = median(times) / (SECONDS * 1000);
  return [
    {
      what: `${STREAMS} streams of ${WORDS_A_SECOND} words a second on two replicas`,
      ours: `${round(median(times) / 1000)} s`,
      theirs: `${SECONDS} s (ideal)`,
      ratio,
      aim: 'at most 1.3 of ideal',
      met: ratio <= 1.3,
    },
  ];
}

async function crowd(replicas: readonly ServerProcess[], words: number): Promise<number> {
  const begun = performance.now();
  const answers = Array.from({ length: STREAMS }, async (_, index) => {
    await sleep(Math.floor(index / WAVE) * WAVE_MS);
    const { url } = replicas[index % replicas.length] as ServerProcess;
    const answer = await streamMessage(url, `speak ${words} ${1000 / WORDS_A_SECOND}`);
    if (!answer.includes(`word${words} `)) throw new Error('An answer is not complete.');
  });
  await Promise.all(answers);
  return performance.now() - begun;
}

/** How much later a stream arrives that is read on another replica than the one that runs the turn. */
export async function readElsewhere(postgres: PostgresServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const notify of ['on', 'off'] as const) {
    const url = await postgres.createDatabase(`elsewhere_${notify}`);
    const environment = { DATABASE_URL: url, MOLECULE_DATABASE_NOTIFY: notify };
    await using runs = await startServer({ name: 'molecule', environment });
    await using reads = await startServer({ name: 'molecule', environment });
    await streamMessage(runs.url, 'speak 20 5');
    const delays = (await Promise.all(Array.from({ length: READ.streams }, () => delaysOf(runs, reads)))).flat();
    const [p95, aim] = [quantile(delays, 0.95), notify === 'on' ? 100 : 350];
    findings.push({
      what: `delay of a stream that another replica reads, NOTIFY ${notify}, p95`,
      ours: `${round(p95, 0)} ms (median ${round(median(delays), 0)} ms)`,
      theirs: `${aim} ms`,
      ratio: p95 / aim,
      aim: 'at most',
      met: p95 <= aim,
    });
  }
  return findings;
}

/** Milliseconds between the arrivals of each event in both streams. */
async function delaysOf(runs: ServerProcess, reads: ServerProcess): Promise<readonly number[]> {
  const local = new Map<number, number>();
  const elsewhere = new Map<number, number>();
  let other: Promise<unknown> | undefined;
  await streamMessage(runs.url, `speak ${READ.words} ${READ.intervalMs}`, {
    onChunk(chunk) {
      note(chunk, local);
      const id = /"id":"([0-9a-f-]{36})"/.exec(chunk)?.[1];
      if (id !== undefined) other ??= subscribeToTask(reads.url, id, (text) => note(text, elsewhere));
    },
  });
  await other;
  const delays = [...local].flatMap(([event, at]) => {
    const later = elsewhere.get(event);
    // What happened before the subscription came in its first event.
    return later === undefined ? [] : [later - at];
  });
  if (delays.length < READ.words / 4) throw new Error(`Only ${delays.length} events were read on the other replica.`);
  return delays;
}

function note(chunk: string, arrivals: Map<number, number>): void {
  const now = performance.now();
  for (const [, id] of chunk.matchAll(/^id: ?(\d+)/gm)) {
    if (!arrivals.has(Number(id))) arrivals.set(Number(id), now);
  }
}
