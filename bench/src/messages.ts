import { sendMessage } from './client.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, round } from './statistics.ts';

const ROUNDS = 5;

/** Latency and throughput of a message that is answered at once, against the raw SDK on SQLite and the same engine. */
export async function messages(): Promise<Finding[]> {
  await using ours = await startServer({ name: 'molecule' });
  await using theirs = await startServer({ name: 'raw-sdk', parameters: ['sqlite'] });
  const findings: Finding[] = [];
  for (const concurrency of [1, 32]) {
    const count = concurrency === 1 ? 300 : 1500;
    const sample: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    await load(ours.url, 100, concurrency);
    await load(theirs.url, 100, concurrency);
    // In turn, so that both meet the same weather.
    for (let round = 0; round < ROUNDS; round++) {
      sample.ours.push(await load(ours.url, count, concurrency));
      sample.theirs.push(await load(theirs.url, count, concurrency));
    }
    const ratio = median(sample.ours.map((value, index) => value / (sample.theirs[index] ?? Number.NaN)));
    findings.push({
      what: `a message, ${concurrency} at once`,
      ours: describe(median(sample.ours), concurrency),
      theirs: `${describe(median(sample.theirs), concurrency)} (raw SDK, SQLite)`,
      ratio,
      aim: 'at most 1.25 of its time',
      met: ratio <= 1.25,
    });
  }
  return findings;
}

/** Milliseconds that a message takes, counted over the whole load. */
async function load(url: string, count: number, concurrency: number): Promise<number> {
  const begun = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await sendMessage(url, 'hello');
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (performance.now() - begun) / count;
}

function describe(ms: number, concurrency: number): string {
  return concurrency === 1 ? `${round(ms)} ms` : `${Math.round(1000 / ms)} a second`;
}
