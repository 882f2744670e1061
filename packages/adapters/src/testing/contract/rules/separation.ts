import { demand } from '../../../errors/contract-violation.js';
import { demandMatch, matches } from '../expected.js';
import { answerOf } from '../observed-turn.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';
import { checkItAnswers } from './answering.js';

const MARKS = ['mark-amber', 'mark-birch', 'mark-cedar'] as const;

const enginesAreIndependent: ContractRule = {
  name: 'makes engines that do not depend on each other',
  needs: [],
  async check(adapter, fixtures) {
    await using first = await Workbench.open(adapter, fixtures);
    await using second = await Workbench.open(adapter, fixtures);
    demand(first.engine !== second.engine, 'createEngine must make a new engine each time');
    await Promise.all([checkItAnswers(first, fixtures), checkItAnswers(second, fixtures)]);
    await first.disposeEngine();
    await checkItAnswers(second, fixtures);
  },
};

const servesContextsAtOnce: ContractRule = {
  name: 'serves several contexts at once',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    await Promise.all(MARKS.map(() => checkItAnswers(bench, fixtures)));
  },
};

const contextsDoNotMix: ContractRule = {
  name: 'does not mix the answers of contexts that run at once',
  needs: ['marked'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    await Promise.all(
      MARKS.map(async (mark) => {
        const answer = answerOf(await bench.runWell(messageTurn(fixtures.marked?.(mark) ?? '')));
        demandMatch(answer, mark, 'the answer to a marked message');
        const others = MARKS.filter((other) => other !== mark && answer.includes(other));
        demand(others.length === 0, 'an answer must not hold what belongs to another context', answer);
      }),
    );
  },
};

const remembers: ContractRule = {
  name: 'remembers a context from turn to turn, and keeps it from other contexts',
  needs: ['remembers'],
  async check(adapter, fixtures) {
    const { first, second, expect } = fixtures.remembers ?? { first: '', second: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const opening = messageTurn(first);
    await bench.runWell(opening);
    const answer = answerOf(await bench.runWell(messageTurn(second, { contextId: opening.contextId })));
    demandMatch(answer, expect, 'the answer to the second message');
    const elsewhere = answerOf(await bench.runWell(messageTurn(second)));
    demand(!matches(elsewhere, expect), 'an answer must not hold what was said in another context', elsewhere);
  },
};

const remembersAcrossRestarts: ContractRule = {
  name: 'remembers a context in a new engine on the same stateDir',
  needs: ['remembers'],
  async check(adapter, fixtures) {
    const { first, second, expect } = fixtures.remembers ?? { first: '', second: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const opening = messageTurn(first);
    await bench.runWell(opening);
    await bench.restart();
    const answer = answerOf(await bench.runWell(messageTurn(second, { contextId: opening.contextId })));
    demandMatch(answer, expect, 'the answer to the second message, after a restart,');
  },
};

export const separationRules: readonly ContractRule[] = [
  enginesAreIndependent,
  servesContextsAtOnce,
  contextsDoNotMix,
  remembers,
  remembersAcrossRestarts,
];
