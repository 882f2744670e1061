import { sendMessage } from './client.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, type Pair, round } from './statistics.ts';

const ROUNDS = 5;

/** How much longer a message may take than with the raw SDK, by the number of messages at once. */
const AIMS: Readonly<Record<'process' | 'machine', Readonly<Record<1 | 32, number>>>> = {
  process: { 1: 0.8, 32: 1 / 1.5 },
  machine: { 1: 1.3, 32: 1 / 1.2 },
};

/** Latency and throughput of a message with an immediate answer, compared with the raw SDK on SQLite with the same engine. */
export async function messages(): Promise<Finding[]> {
  await using surviving = await startServer({ name: 'molecule', environment: { MOLECULE_DURABILITY: 'machine' } });
  await using light = await startServer({ name: 'molecule', environment: { MOLECULE_DURABILITY: 'process' } });
  await using theirs = await startServer({ name: 'raw-sdk', parameters: ['sqlite'] });
  const findings: Finding[] = [];
  for (const concurrency of [1, 32] as const) {
    const count = concurrency === 1 ? 300 : 1500;
    const samples: { readonly process: Pair; readonly machine: Pair } = {
      process: { ours: [], theirs: [] },
      machine: { ours: [], theirs: [] },
    };
    for (const { url } of [surviving, light, theirs]) await load(url, 300, concurrency);
    // Alternately, so that all run under the same conditions.
    for (let round = 0; round < ROUNDS; round++) {
      samples.process.ours.push(await load(light.url, count, concurrency));
      samples.machine.ours.push(await load(surviving.url, count, concurrency));
      const raw = await load(theirs.url, count, concurrency);
      samples.process.theirs.push(raw);
      samples.machine.theirs.push(raw);
    }
    for (const durability of ['process', 'machine'] as const) {
      const sample = samples[durability];
      const ratio = median(sample.ours.map((value, index) => value / (sample.theirs[index] ?? Number.NaN)));
      const aim = AIMS[durability][concurrency];
      findings.push({
        what: `a message, ${concurrency} at once, durability ${durability}`,
        ours: describe(median(sample.ours), concurrency),
        theirs: `${describe(median(sample.theirs), concurrency)} (raw SDK, SQLite)`,
        ratio,
        aim: `at most ${aim.toFixed(2)} of its time`,
        met: ratio <= aim,
      });
    }
  }
  return findings;
}

/** Milliseconds of a message, averaged over the whole load. */
async function load(url: string, count: number, concurrency: number): Promise<number> {
  return (await timeOfLoad(count, concurrency, () => sendMessage(url, 'hello'))) / count;
}

function describe(ms: number, concurrency: number): string {
  return concurrency === 1 ? `${round(ms)} ms` : `${Math.round(1000 / ms)} a second`;
}
