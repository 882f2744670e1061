import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, round } from './statistics.ts';

/** From the start of the process to a server that listens. */
export async function boot(): Promise<Finding[]> {
  const sample: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
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
