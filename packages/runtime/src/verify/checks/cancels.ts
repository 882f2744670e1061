import { readStream } from '../a2a/read-stream.js';
import { waitFor } from '../sandbox/wait-for.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-failure.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

/** That a turn ends within 2 s is looked at by the contract suite; what an engine has behind it may take longer. */
const HANG_UP_MS = 4_000;

/** A cancel ends the task and the work, and the conversation goes on. */
export const cancels: VerifyCheck = {
  name: 'cancel',
  async run(bench) {
    const { slow, message, model } = bench;
    if (slow === undefined) return skip('there is no slow turn', 'name one in package.json: molecule.verify.slow');
    const client = clientFor(bench);
    const seen = await readStream(client.stream(slow.text), ({ state, text }) => state === 'working' && text !== '');
    demand(
      seen.state === 'working',
      `the slow turn must stream its text for some seconds; it was ${seen.state} at once`,
      'make molecule.verify.slow slower, or yield text while it comes',
    );
    const canceled = await client.cancel(seen.taskId);
    demand(canceled.state === 'canceled', `a cancel must end the task; found ${canceled.state}`, 'see the log');
    const calls = await waitFor(() => (model?.live ? undefined : 0), HANG_UP_MS);
    const next = await client.send(message.text, { contextId: seen.contextId });
    demandAnswer(next, message.expect, 'the next message of a conversation with a canceled task');
    const still = await client.get(seen.taskId);
    demand(still.state === 'canceled', `a canceled task must stay so; found ${still.state}`, 'see the log');
    if (calls === 0) return ok('the task, the model call; and the conversation goes on');
    return {
      status: 'warn',
      detail: `the task ended, but its model was still asked ${HANG_UP_MS / 1000} s later: that costs tokens`,
      remedy: 'hand `controls.signal` on to the model client',
    };
  },
};
