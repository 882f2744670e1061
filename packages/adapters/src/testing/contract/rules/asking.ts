import { randomUUID } from 'node:crypto';
import { assertEngineError } from '../../../checks/engine-error.js';
import { type InputRequiredEvent, requestsOf } from '../../../contract/input-request.js';
import type { MessageTurn } from '../../../contract/turn.js';
import { demand } from '../../../errors/contract-violation.js';
import { demandMatch } from '../expected.js';
import type { ContractFixtures } from '../fixtures.js';
import { answerOf, inputRequestOf } from '../observed-turn.js';
import type { ContractRule } from '../rule.js';
import { answersTurn, answerTurn, messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';

async function ask(bench: Workbench, fixtures: ContractFixtures): Promise<[MessageTurn, InputRequiredEvent]> {
  const turn = messageTurn(fixtures.inputRequired?.text ?? '');
  const observed = await bench.runWell(turn);
  const request = inputRequestOf(observed);
  demand(request !== undefined, 'the turn of `inputRequired` must end with input-required', observed.events);
  return [turn, request];
}

const takesAnswers: ContractRule = {
  name: 'asks, and continues with the answer',
  needs: ['inputRequired'],
  async check(adapter, fixtures) {
    const { answer, expect } = fixtures.inputRequired ?? { answer: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const [turn, request] = await ask(bench, fixtures);
    const observed = await bench.runWell(answerTurn(turn, request, answer));
    demandMatch(answerOf(observed), expect, 'the answer after the input');
  },
};

const takesAnswersLater: ContractRule = {
  name: 'asks, and continues with the answer in a new engine on the same stateDir',
  needs: ['inputRequired'],
  async check(adapter, fixtures) {
    const { answer, expect } = fixtures.inputRequired ?? { answer: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const [turn, request] = await ask(bench, fixtures);
    await bench.restart();
    const observed = await bench.runWell(answerTurn(turn, request, answer));
    demandMatch(answerOf(observed), expect, 'the answer after the input, after a restart,');
  },
};

const refusesUnknownAnswers: ContractRule = {
  name: 'refuses an answer to a question that it never asked',
  needs: ['inputRequired'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const request: InputRequiredEvent = {
      type: 'input-required',
      requestId: randomUUID(),
      request: 'question',
      prompt: '?',
    };
    const observed = await bench.run(answerTurn(messageTurn(fixtures.message), request, 'yes'));
    demand(observed.error !== undefined, 'an answer to a question that was never asked must throw', observed.events);
    assertEngineError(observed.error);
    const codes: readonly string[] = ['lost', 'invalid-request'];
    demand(
      codes.includes(observed.error.code),
      'an answer to a question that was never asked must throw "lost"',
      observed.error.code,
    );
  },
};

const asksSeveralThings: ContractRule = {
  name: 'asks for several things at once, and continues with all answers in a new engine on the same stateDir',
  needs: ['severalRequests'],
  async check(adapter, fixtures) {
    const { text, answers, expect } = fixtures.severalRequests ?? { text: '', answers: [], expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(text);
    const observed = await bench.runWell(turn);
    const request = inputRequestOf(observed);
    const asked = request === undefined ? 0 : requestsOf(request).length;
    demand(
      request !== undefined && asked === answers.length,
      `the turn of \`severalRequests\` must end with input-required and ${answers.length} requests`,
      observed.events,
    );
    await bench.restart();
    const answered = await bench.runWell(answersTurn(turn, request, answers));
    demandMatch(answerOf(answered), expect, 'the answer after several answers');
  },
};

const waitsForAuthorization: ContractRule = {
  name: 'asks for an authorization, and continues with the next message in a new engine on the same stateDir',
  needs: ['authRequired'],
  async check(adapter, fixtures) {
    const { text, answer, expect } = fixtures.authRequired ?? { text: '', answer: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(text);
    const { events } = await bench.runWell(turn);
    const request = events.at(-1);
    demand(request?.type === 'auth-required', 'the turn of `authRequired` must end with auth-required', events);
    await bench.restart();
    const observed = await bench.runWell(answerTurn(turn, request, answer));
    demandMatch(answerOf(observed), expect, 'the answer after the authorization');
  },
};

export const askingRules: readonly ContractRule[] = [
  takesAnswers,
  takesAnswersLater,
  refusesUnknownAnswers,
  asksSeveralThings,
  waitsForAuthorization,
];
