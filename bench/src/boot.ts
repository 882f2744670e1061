import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, type Pair, round } from './statistics.ts';

/** Time from the start of the process until the server listens. */
export async function boot(): Promise<Finding[]> {
  const sample: Pair = { ours: [], theirs: [] };
  for (let index = 0; index < 5; index++) {
    await using ours = await startServer({ name: 'molecule' });
    sample.ours.push(ours.bootMs);
    await using theirs = await startServer({ name: 'raw-sdk', parameters: ['memory'] });
    sample.theirs.push(theirs.bootMs);
  }
  const ratio = median(sample.ours) / median(sample.theirs);
  return [
    {
      what: 'boot to card',
      ours: `${round(median(sample.ours), 0)} ms`,
      theirs: `${round(median(sample.theirs), 0)} ms (raw SDK, memory)`,
      ratio,
      aim: 'at most 2.5',
      met: ratio <= 2.5,
    },
  ];
}
