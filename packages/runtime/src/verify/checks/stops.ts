import { processesOf } from '../sandbox/left-behind.js';
import { waitFor } from '../sandbox/wait-for.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-failure.js';

/** What the agent has told to end may need a moment. */
const END_MS = 3_000;

/** SIGTERM ends the agent and everything that it has started. */
export const stops: VerifyCheck = {
  name: 'stop',
  async run({ runningAgent, root }) {
    const ms = await runningAgent.stop();
    demand(
      ms !== undefined,
      'after SIGTERM the agent or something that it has started still ran 20 s later',
      'end what the engine has started in its `[Symbol.asyncDispose]`',
    );
    await waitFor(() => (processesOf(root).length === 0 ? true : undefined), END_MS);
    const left = processesOf(root);
    demand(
      left.length === 0,
      `what the agent has started must end with it; still there: ${left.map(({ pid, command }) => `${command} (process ${pid})`).join(', ')}`,
      'end what the engine has started in its `[Symbol.asyncDispose]`, also what runs in a session or process group of its own',
    );
    return ok(`all of it gone ${(ms / 1000).toFixed(1)} s after SIGTERM`);
  },
};
