import { cancelTask, sendMessage, streamMessage } from './client.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { median, type Pair, round } from './statistics.ts';

const ROUNDS = 50;

/** Time of a cancel until the stream of the task has ended, compared with a message that is answered at once. */
export async function cancel(): Promise<Finding[]> {
  await using server = await startServer({ name: 'molecule' });
  const sample: Pair = { ours: [], theirs: [] };
  for (let index = 0; index < ROUNDS; index++) {
    const { taskId, ended } = await holdTurn(server.url);
    sample.ours.push(await timed(() => Promise.all([cancelTask(server.url, taskId), ended])));
    sample.theirs.push(await timed(() => sendMessage(server.url, 'hello')));
  }
  const [ours, theirs] = [median(sample.ours), median(sample.theirs)];
  return [
    {
      what: 'a cancel, until the stream has ended',
      ours: `${round(ours)} ms`,
      theirs: `${round(theirs)} ms (a message)`,
      ratio: ours / theirs,
      aim: 'at most 3',
      met: ours <= 3 * theirs,
    },
  ];
}

/** Begins a turn that runs until it is canceled. */
function holdTurn(url: string): Promise<{ readonly taskId: string; readonly ended: Promise<string> }> {
  return new Promise((resolve, reject) => {
    let whole = '';
    const ended = streamMessage(url, 'hold', {
      onChunk: (chunk) => {
        whole += chunk;
        const taskId = /"task":\{"id":"([^"]+)"/.exec(whole)?.[1];
        if (taskId !== undefined && whole.includes('TASK_STATE_WORKING')) resolve({ taskId, ended });
      },
    });
    ended.catch(reject);
  });
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
