import { readStream } from '../a2a/read-stream.js';
import { waitFor } from '../sandbox/wait-for.js';
import { demand, ok, skip, type VerifyCheck } from '../verify-check.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

/** A turn must end within 2 s, which the contract suite looks at; an engine behind a gateway may hang up a moment later. */
const STOP_MS = 5_000;

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
    const calls = await waitFor(() => (model?.live ? undefined : 0), STOP_MS);
    demand(
      calls === 0,
      `the model was still asked ${STOP_MS / 1000} s after the cancel`,
      'stop the work when `controls.signal` is aborted: hand it on to the model client and to what it starts',
    );
    const next = await client.send(message.text, { contextId: seen.contextId });
    demandAnswer(next, message.expect, 'the next message of a conversation with a canceled task');
    const still = await client.get(seen.taskId);
    demand(still.state === 'canceled', `a canceled task must stay so; found ${still.state}`, 'see the log');
    return ok('the task, the model call; and the conversation goes on');
  },
};
