import { demand } from '../../../errors/contract-violation.js';
import { demandMatch } from '../expected.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';
import { checkItAnswers } from './answering.js';

const rejects: ContractRule = {
  name: 'rejects a task with its reason, and answers the next message',
  needs: ['rejected'],
  async check(adapter, fixtures) {
    const { text, expect } = fixtures.rejected ?? { text: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(text);
    const { events } = await bench.runWell(turn);
    const last = events.at(-1);
    demand(last?.type === 'reject', 'the turn of `rejected` must end with reject', events);
    demandMatch(last.reason, expect, 'the reason of reject');
    await checkItAnswers(bench, fixtures, { contextId: turn.contextId });
  },
};

export const rejectingRules: readonly ContractRule[] = [rejects];
