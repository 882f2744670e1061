import { sendMessage, streamMessage } from './client.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { round } from './statistics.ts';

const STREAMS = 200;
const WARM_TASKS = 4_000;
const TASKS = 20_000;

/** The memory of open streams, and of tasks that have ended. */
export async function memory(): Promise<Finding[]> {
  return [...(await openStreams()), ...(await endedTasks())];
}

/** The memory of an open stream, averaged over 200 streams. */
async function openStreams(): Promise<Finding[]> {
  await using server = await startServer({ name: 'molecule' });
  await Promise.all(Array.from({ length: 20 }, () => streamMessage(server.url, 'hello')));
  const before = await server.memory();
  const opened: Promise<void>[] = [];
  for (let index = 0; index < STREAMS; index++) {
    opened.push(
      new Promise((resolve) => {
        streamMessage(server.url, `hold ${index}`, {
          onChunk: (chunk) => chunk.includes('TASK_STATE_WORKING') && resolve(),
        }).catch(() => {});
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

/** What the process keeps of tasks that have ended: nothing. */
async function endedTasks(): Promise<Finding[]> {
  await using server = await startServer({ name: 'molecule' });
  const run = (count: number) => timeOfLoad(count, 32, () => sendMessage(server.url, 'hello'));
  const used = async () => {
    const { heapUsed, external } = await server.memory();
    return (heapUsed + external) / 1024 / 1024;
  };
  await run(WARM_TASKS);
  const before = await used();
  await run(TASKS);
  const after = await used();
  return [
    {
      what: `memory after ${TASKS} further tasks`,
      ours: `${round(after, 1)} MB`,
      theirs: `${round(before, 1)} MB (after ${WARM_TASKS})`,
      ratio: after / before,
      aim: 'at most 1.05',
      met: after / before <= 1.05,
    },
  ];
}
