import { processesOf } from '../sandbox/left-behind.js';
import { waitFor } from '../sandbox/wait-for.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

/** A process that the agent has signaled may need a moment to end. */
const END_MS = 3_000;

/** SIGTERM ends the agent and all processes that it has started. */
export const stops: VerifyCheck = {
  name: 'stop',
  async run({ runningAgent, root }) {
    const ms = await runningAgent.stop();
    demand(
      ms !== undefined,
      'the agent, or a process that it has started, still ran 20 s after SIGTERM',
      'end every process of the engine in its `[Symbol.asyncDispose]`',
    );
    await waitFor(() => (processesOf(root).length === 0 ? true : undefined), END_MS);
    const left = processesOf(root);
    demand(
      left.length === 0,
      `processes that the agent has started must end with it; still running: ${left.map(({ pid, command }) => `${command} (process ${pid})`).join(', ')}`,
      'end every process of the engine in its `[Symbol.asyncDispose]`, also those in another session or process group',
    );
    return ok(`all processes ended within ${(ms / 1000).toFixed(1)} s of SIGTERM`);
  },
};
