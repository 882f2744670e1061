import { readStream } from '../a2a/read-stream.js';
import { waitFor } from '../sandbox/wait-for.js';
import { ok, skip, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

/** The contract suite checks that a turn ends within 2 s; the engine's request to its model may take longer to end. */
const HANG_UP_MS = 4_000;

/** A cancel ends the task and its work, and the conversation accepts further messages. */
export const cancels: VerifyCheck = {
  name: 'cancel',
  async run(bench) {
    const { slow, message, model } = bench;
    if (slow === undefined) return skip('there is no slow turn', 'name one in package.json: molecule.verify.slow');
    const client = clientFor(bench);
    const seen = await readStream(client.stream(slow.text), ({ state, text }) => state === 'working' && text !== '');
    demand(
      seen.state === 'working',
      `the slow turn must stream its text for some seconds; it ended before that, as ${seen.state}`,
      'make molecule.verify.slow slower, or yield text while the engine produces it',
    );
    const canceled = await client.cancel(seen.taskId);
    demand(
      canceled.state === 'canceled',
      `a cancel must end the task; found ${canceled.state}`,
      'see the log of the agent',
    );
    const calls = await waitFor(() => (model?.live ? undefined : 0), HANG_UP_MS);
    const next = await client.send(message.text, { contextId: seen.contextId });
    demandAnswer(next, message.expect, 'the next message of a conversation with a canceled task');
    const still = await client.get(seen.taskId);
    demand(
      still.state === 'canceled',
      `a canceled task must stay canceled; found ${still.state}`,
      'see the log of the agent',
    );
    if (calls === 0) return ok('the task and its model call ended, and the conversation continues');
    return {
      status: 'warn',
      detail: `the task ended, but its request to the model was still open ${HANG_UP_MS / 1000} s later, which costs tokens`,
      remedy: 'pass `controls.signal` to the model client',
    };
  },
};
