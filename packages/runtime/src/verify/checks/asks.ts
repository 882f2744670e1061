import { ok, skip, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-failure.js';
import { clientFor } from './client-for.js';
import { demandAnswer } from './speaks.js';

/** A question ends the turn, and its answer goes on with the task. */
export const asks: VerifyCheck = {
  name: 'input-required',
  async run(bench) {
    const { ask } = bench.plan;
    if (ask === undefined)
      return skip('no question is named', 'if it can ask a person: molecule.verify.ask in package.json');
    const client = clientFor(bench);
    const asked = await client.send(ask.text);
    demand(
      asked.state === 'input-required',
      `the message of molecule.verify.ask must end in input-required; found ${JSON.stringify(asked)}`,
      'yield `input-required` as the last event',
    );
    const { id, contextId } = asked;
    const answered = await client.send(ask.answer, { taskId: id, contextId });
    demand(answered.id === id, `the answer must go on with task ${id}; found ${answered.id}`, 'see the log');
    demandAnswer(answered, ask.expect, 'the turn after the answer');
    return ok('asked, answered, completed');
  },
};
