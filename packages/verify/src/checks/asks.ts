import { ok, skip, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

/** A question ends the turn, and its answer continues the task. */
export const asks: VerifyCheck = {
  name: 'input-required',
  async run(bench) {
    const { ask } = bench.plan;
    if (ask === undefined)
      return skip(
        'package.json has no molecule.verify.ask',
        'if the agent can ask a person, set molecule.verify.ask in package.json',
      );
    const client = clientFor(bench);
    const asked = await client.send(ask.text);
    demand(
      asked.state === 'input-required',
      `the message of molecule.verify.ask must end in input-required; found ${JSON.stringify(asked)}`,
      'yield `input-required` as the last event',
    );
    const { id, contextId } = asked;
    const answered = await client.send(ask.answer, { taskId: id, contextId });
    demand(answered.id === id, `the answer must continue task ${id}; found ${answered.id}`, 'see the log of the agent');
    demandAnswer(answered, ask.expect, 'the turn after the answer');
    return ok('asked, answered, completed');
  },
};
