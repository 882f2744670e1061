import { assertEngineError } from '../../../checks/engine-error.js';
import type { Turn } from '../../../contract/turn.js';
import { demand } from '../../../errors/contract-violation.js';
import { demandMatch } from '../expected.js';
import { answerOf, type ObservedTurn, streamedText } from '../observed-turn.js';
import type { ContractRule } from '../rule.js';
import { continueTurn, messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';
import { stopInTheMiddle } from './stopping.js';

const EARLIER = 'mark-earlier';

function demandNothingToContinue(observed: ObservedTurn, what: string): void {
  const isRefused = observed.error !== undefined && codeOf(observed.error) === 'nothing-to-continue';
  demand(isRefused, `${what} must throw "nothing-to-continue"`, observed.error ?? observed.events);
}

function codeOf(error: unknown): string {
  assertEngineError(error);
  return error.code;
}

/** The answer of the turn; `undefined` if it had nothing to continue. */
async function continued(bench: Workbench, turn: Turn): Promise<string | undefined> {
  const observed = await bench.run(turn);
  if (observed.error === undefined) return answerOf(observed);
  demandNothingToContinue(observed, 'a continue that does not answer');
  return undefined;
}

const refusesUnknown: ContractRule = {
  name: 'has nothing to continue of a turn that it never ran',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const unknown = await bench.run(continueTurn(messageTurn(fixtures.message)));
    demandNothingToContinue(unknown, 'a continue in a context that is new');
    const earlier = messageTurn(fixtures.message);
    await bench.runWell(earlier);
    const neverBegun = continueTurn(messageTurn(fixtures.message, { contextId: earlier.contextId }));
    demandNothingToContinue(await bench.run(neverBegun), 'a continue of a turn that never began, after another one,');
    await bench.restart();
    demandNothingToContinue(await bench.run(neverBegun), 'a continue of a turn that never began, after a restart,');
  },
};

const repeatsTheFinished: ContractRule = {
  name: 'repeats the answer of a finished turn, or has nothing to continue',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.message);
    const answer = answerOf(await bench.runWell(turn));
    for (const when of ['at once', 'after a restart'] as const) {
      if (when === 'after a restart') await bench.restart();
      const again = await continued(bench, continueTurn(turn));
      demand(
        again === undefined || again === answer,
        `a continue of a finished turn, ${when}, must give that turn's answer`,
        { first: answer, again },
      );
    }
  },
};

const neverAnswersEarlier: ContractRule = {
  name: 'never continues a turn with the answer of an earlier one',
  needs: ['marked', 'slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const earlier = messageTurn(fixtures.marked?.(EARLIER) ?? '');
    demandMatch(answerOf(await bench.runWell(earlier)), EARLIER, 'the answer to a marked message');
    const cut = messageTurn(fixtures.slow?.text ?? '', { contextId: earlier.contextId });
    await stopInTheMiddle(bench, cut, 'shutdown');
    await bench.restart();
    const answer = await continued(bench, continueTurn(cut));
    demand(answer?.includes(EARLIER) !== true, 'a turn that was cut short must not end with an earlier answer', answer);
  },
};

const goesOnFromItsCheckpoint: ContractRule = {
  name: 'continues from its checkpoint with the text before it, or resets the text',
  needs: ['slow'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const cut = messageTurn(fixtures.slow?.text ?? '');
    const before = await stopInTheMiddle(bench, cut, 'shutdown');
    // An engine that saves no state continues from its own store, or from the beginning.
    if (before === undefined) return;
    await bench.restart();
    const { events, error } = await bench.run(continueTurn(cut));
    if (error !== undefined || events.some((event) => event.type === 'reset')) return;
    const streamed = streamedText([...before, ...events]);
    const answer = answerOf({ events: [...before, ...events] });
    demand(
      answer.startsWith(streamed),
      'a turn that continues from its checkpoint without a reset must end with a text that begins with everything streamed',
      { before: streamedText(before), streamed, answer },
    );
  },
};

export const continuingRules: readonly ContractRule[] = [
  refusesUnknown,
  repeatsTheFinished,
  neverAnswersEarlier,
  goesOnFromItsCheckpoint,
];
