import type { MessageTurn } from '../../../contract/turn.js';
import { demand } from '../../../errors/contract-violation.js';
import { demandMatch } from '../expected.js';
import type { ContractFixtures } from '../fixtures.js';
import { answerOf } from '../observed-turn.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';

/** Runs `message`, by default in a new context, and checks the answer. */
export async function checkItAnswers(
  bench: Workbench,
  fixtures: ContractFixtures,
  fields: Partial<MessageTurn> = {},
): Promise<void> {
  const turn = messageTurn(fixtures.message, fields);
  const observed = await bench.runWell(turn);
  demand(observed.events.at(-1)?.type === 'finish', 'a message that is answered must end with finish');
  demandMatch(answerOf(observed), fixtures.expect ?? /\S/, 'the answer');
}

const answers: ContractRule = {
  name: 'answers a message with well-formed events, one end, and a text that keeps what was streamed',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    await checkItAnswers(bench, fixtures);
  },
};

const takesAnyRequest: ContractRule = {
  name: 'answers whatever the request says besides its message',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const details = {
      caller: 'someone else',
      metadata: { nested: { list: [1, null, 'text'] } },
      referenceTaskIds: ['a task that is unknown'],
      acceptedOutputModes: ['text/plain', 'image/x-unheard-of'],
      extensions: ['https://example.com/extensions/unheard-of/v1'],
    };
    await checkItAnswers(bench, fixtures, { request: details, metadata: details.metadata });
  },
};

const callsTools: ContractRule = {
  name: 'reports each tool call and its result with one id',
  needs: ['tools'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const observed = await bench.runWell(messageTurn(fixtures.tools ?? ''));
    const types = observed.events.map((event) => event.type);
    demand(types.includes('tool-call'), 'the turn of `tools` must call a tool', types);
    demand(types.includes('tool-result'), 'a tool-call must have its tool-result', types);
  },
};

const failsWell: ContractRule = {
  name: 'fails with an EngineError of the right code, and answers the next message',
  needs: ['failing'],
  async check(adapter, fixtures) {
    const { failing } = fixtures;
    if (failing === undefined) return;
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(failing.text);
    const { error } = await bench.run(turn);
    const code = error === undefined ? undefined : (error as { readonly code?: unknown }).code;
    demand(
      code === failing.code,
      `the turn of \`failing\` must throw EngineError "${failing.code}"`,
      error ?? 'no error',
    );
    await checkItAnswers(bench, fixtures);
    await checkItAnswers(bench, fixtures, { contextId: turn.contextId });
  },
};

export const answeringRules: readonly ContractRule[] = [answers, takesAnyRequest, callsTools, failsWell];
