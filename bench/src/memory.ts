import { streamMessage } from './client.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { round } from './statistics.ts';

const STREAMS = 200;

/** What an open stream costs, over 200 of them. */
export async function memory(): Promise<Finding[]> {
  await using server = await startServer({ name: 'molecule' });
  await Promise.all(Array.from({ length: 20 }, () => streamMessage(server.url, 'hello')));
  const before = await server.memory();
  const opened: Promise<void>[] = [];
  for (let index = 0; index < STREAMS; index++) {
    opened.push(
      new Promise((resolve) => {
        streamMessage(server.url, `hold ${index}`, (chunk) => chunk.includes('TASK_STATE_WORKING') && resolve()).catch(
          () => {},
        );
      }),
    );
  }
  await Promise.all(opened);
  const after = await server.memory();
  const perStream = (after.heapUsed - before.heapUsed) / STREAMS / 1024;
  return [
    {
      what: `heap of an open stream, over ${STREAMS}`,
      ours: `${round(perStream, 1)} KiB`,
      theirs: '25 KiB (raw SDK: 22 to 28)',
      ratio: perStream / 25,
      aim: 'at most twice',
      met: perStream <= 50,
    },
  ];
}
