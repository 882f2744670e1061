import { sendMessage } from '../client.ts';
import { timeOfLoad } from '../load.ts';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { median, type Pair, round } from '../statistics.ts';
import type { PostgresServer } from './server.ts';

const ROUNDS = 7;

/** How much longer a message may take than with the raw SDK, by the number of messages at once. */
const AIMS: Readonly<Record<1 | 32, number>> = { 1: 1.25, 32: 1 / 1.2 };

/** Latency and throughput of a message with an immediate answer, compared with the raw SDK and its own store, both on PostgreSQL. */
export async function message(postgres: PostgresServer): Promise<Finding[]> {
  const [own, other] = [await postgres.createDatabase('ours'), await postgres.createDatabase('raw_sdk')];
  await using ours = await startServer({ name: 'molecule', environment: { DATABASE_URL: own } });
  await using local = await startServer({ name: 'molecule' });
  await using theirs = await startServer({
    name: 'raw-sdk',
    parameters: ['postgres'],
    environment: { DATABASE_URL: other },
  });
  const findings: Finding[] = [];
  for (const concurrency of [1, 32] as const) {
    const count = concurrency === 1 ? 200 : 1000;
    const sample: Pair & { readonly sqlite: number[] } = { ours: [], theirs: [], sqlite: [] };
    for (const { url } of [ours, local, theirs]) await load(url, 300, concurrency);
    // Alternately, so that all run under the same conditions.
    for (let index = 0; index < ROUNDS; index++) {
      sample.ours.push(await load(ours.url, count, concurrency));
      sample.theirs.push(await load(theirs.url, count, concurrency));
      sample.sqlite.push(await load(local.url, count, concurrency));
    }
    const what = `a message, ${concurrency} at once`;
    const aim = AIMS[concurrency];
    const ratio = ratioOf(sample.ours, sample.theirs);
    findings.push({
      what,
      ours: describe(median(sample.ours), concurrency),
      theirs: `${describe(median(sample.theirs), concurrency)} (raw SDK, PostgreSQL)`,
      ratio,
      aim: `at most ${aim.toFixed(2)} of its time`,
      met: ratio <= aim,
    });
    findings.push({
      what: `${what}, beside SQLite`,
      ours: describe(median(sample.ours), concurrency),
      theirs: `${describe(median(sample.sqlite), concurrency)} (SQLite)`,
      ratio: ratioOf(sample.ours, sample.sqlite),
      aim: 'reported only',
      met: true,
    });
  }
  return findings;
}

/** The median of the ratios of rounds that followed each other. */
function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
}

/** Milliseconds of a message, averaged over the whole load. */
async function load(url: string, count: number, concurrency: number): Promise<number> {
  return (await timeOfLoad(count, concurrency, () => sendMessage(url, 'hello'))) / count;
}

function describe(ms: number, concurrency: number): string {
  return concurrency === 1 ? `${round(ms)} ms` : `${Math.round(1000 / ms)} a second`;
}
