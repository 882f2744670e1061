import type { SeenTask } from '../a2a/dialect.js';
import { readStream } from '../a2a/read-stream.js';
import { isSettled } from '../a2a/wire-client.js';
import { waitFor } from '../sandbox/wait-for.js';
import type { VerifyBench } from '../verify-bench.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';
import { durability } from './boots.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

const SETTLE_MS = 90_000;
const INTERRUPTED = 'INTERRUPTED_BY_RESTART';

/** If the agent is killed during a turn and restarted, the task ends as documented. */
export const resumes: VerifyCheck = {
  name: 'kill and resume',
  async run(bench) {
    const { slow, message } = bench;
    if (slow === undefined) return skip('there is no slow turn', 'name one in package.json: molecule.verify.slow');
    const isDurable = await durability(bench);
    const task = await killInTheMiddle(bench, slow.text);
    demand(
      task !== undefined && isSettled(task.state),
      `the task must end after the restart; after ${SETTLE_MS / 1000} s it was ${JSON.stringify(task)}`,
      'a turn of kind `continue` must continue the work, answer, or throw `nothing-to-continue`',
    );
    const after = await clientFor(bench).send(message.text, { contextId: task.contextId });
    demandAnswer(after, message.expect, 'the next message after the restart');
    if (task.state === 'failed' && !isDurable && task.code === INTERRUPTED) {
      return ok(`not durable: the task failed with ${INTERRUPTED}, as documented`);
    }
    demandAnswer(task, slow.expect, 'the turn whose process was killed');
    return ok(isDurable ? 'killed during the turn, completed after the restart' : 'not durable, but completed');
  },
};

async function killInTheMiddle(bench: VerifyBench, text: string): Promise<SeenTask | undefined> {
  const { runningAgent } = bench;
  const client = clientFor(bench);
  const { taskId } = await readStream(client.stream(text), (seen) => seen.state === 'working' && seen.text !== '');
  await runningAgent.kill();
  await runningAgent.start();
  let task: SeenTask | undefined;
  await waitFor(async () => {
    task = await client.get(taskId);
    return isSettled(task.state) ? true : undefined;
  }, SETTLE_MS);
  return task;
}
