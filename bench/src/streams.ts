import { streamMessage } from './client.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, round } from './statistics.ts';

/** The time of a streamed answer by its number of chunks, compared with the raw SDK's store in memory. */
export async function streams(): Promise<Finding[]> {
  await using ours = await startServer({ name: 'molecule' });
  await using theirs = await startServer({ name: 'raw-sdk', parameters: ['memory'] });
  const findings: Finding[] = [];
  const times = new Map<number, number>();
  for (const chunks of [100, 1_000, 10_000]) {
    const rounds = chunks === 100 ? 5 : 3;
    const mine = await repeat(rounds, ours.url, chunks);
    times.set(chunks, mine);
    // The raw SDK needs minutes for 10,000 chunks. Its time grows quadratically, so it is measured with 3,000 and scaled.
    const compared = Math.min(chunks, 3_000);
    const raw = await repeat(compared > 1_000 ? 1 : rounds, theirs.url, compared);
    const scaled = raw * (chunks / compared) ** 2;
    const gain = scaled / mine;
    const aimed = chunks >= 1_000 ? 30 : 1;
    findings.push({
      what: `a stream of ${chunks} chunks`,
      ours: `${round(mine)} ms`,
      theirs: `${round(scaled)} ms (raw SDK, memory${chunks === compared ? '' : `; ${compared} took ${round(raw)} ms`})`,
      ratio: mine / scaled,
      aim: `${aimed} times faster${chunks === 10_000 ? ', within 3 s' : ''}`,
      met: gain >= aimed && (chunks !== 10_000 || mine <= 3_000),
    });
  }
  const growth = (times.get(10_000) ?? Number.NaN) / (times.get(1_000) ?? Number.NaN);
  findings.push({
    what: 'growth from 1,000 to 10,000 chunks',
    ours: `${round(growth)} times`,
    theirs: '10 times (linear)',
    ratio: growth / 10,
    aim: 'linear',
    met: growth <= 12,
  });
  return findings;
}

async function repeat(rounds: number, url: string, chunks: number): Promise<number> {
  await streamMessage(url, 'stream 10');
  const sample: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const begun = performance.now();
    await streamMessage(url, `stream ${chunks}`);
    sample.push(performance.now() - begun);
  }
  return median(sample);
}
