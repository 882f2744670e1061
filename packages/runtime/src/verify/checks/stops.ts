import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-failure.js';

/** SIGTERM ends the agent and everything that it has started. */
export const stops: VerifyCheck = {
  name: 'stop',
  async run({ runningAgent }) {
    const ms = await runningAgent.stop();
    demand(
      ms !== undefined,
      'after SIGTERM the agent or something that it has started still ran 20 s later',
      'end what the engine has started in its `[Symbol.asyncDispose]`',
    );
    return ok(`all of it gone ${(ms / 1000).toFixed(1)} s after SIGTERM`);
  },
};
