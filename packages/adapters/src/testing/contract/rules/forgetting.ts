import type { AgentEngine } from '../../../contract/engine.js';
import { demand } from '../../../errors/contract-violation.js';
import { demandMatch, matches } from '../expected.js';
import { answerOf } from '../observed-turn.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { within } from '../within.js';
import { Workbench } from '../workbench.js';

/** The time that the runtime allows for a call of `forget`. */
const FORGET_LIMIT_MS = 30_000;

const forgets: ContractRule = {
  name: 'forgets a context, whose next turn begins a new conversation, if it can forget',
  needs: ['remembers'],
  async check(adapter, fixtures) {
    const { first, second, expect } = fixtures.remembers ?? { first: '', second: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    if (bench.engine.forget === undefined) return;
    const forgotten = messageTurn(first);
    const kept = messageTurn(first);
    for (const turn of [forgotten, kept]) await bench.runWell(turn);
    // Retention runs in any process of the workspace, often in a later one.
    await bench.restart();
    await forget(bench, forgotten.contextId);
    await demandEmpty(bench.engine, forgotten.contextId);
    const answer = answerOf(await bench.runWell(messageTurn(second, { contextId: forgotten.contextId })));
    demand(!matches(answer, expect), 'an answer must not hold what was said before the context was forgotten', answer);
    const other = answerOf(await bench.runWell(messageTurn(second, { contextId: kept.contextId })));
    demandMatch(other, expect, 'the answer in a context that was not forgotten');
    // An engine that keeps a conversation at hand must forget that too.
    await forget(bench, kept.contextId);
    const fresh = answerOf(await bench.runWell(messageTurn(second, { contextId: kept.contextId })));
    demand(!matches(fresh, expect), 'an engine must forget a conversation in the process that ran it, too', fresh);
  },
};

const forgetsTwice: ContractRule = {
  name: 'forgets a context twice, and one that it does not have, if it can forget',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    if (bench.engine.forget === undefined) return;
    await forget(bench, messageTurn('').contextId);
    const turn = messageTurn(fixtures.message);
    await bench.runWell(turn);
    for (const _ of ['once', 'again']) await forget(bench, turn.contextId);
    await demandEmpty(bench.engine, turn.contextId);
  },
};

export const forgettingRules: readonly ContractRule[] = [forgets, forgetsTwice];

async function forget(bench: Workbench, contextId: string): Promise<void> {
  const done = bench.engine.forget?.(contextId);
  demand(typeof done?.then === 'function', 'forget must give a promise', done);
  await within(FORGET_LIMIT_MS, 'forget must end', done);
  await bench.deleteStored(contextId);
}

async function demandEmpty(engine: AgentEngine, contextId: string): Promise<void> {
  const page = await engine.transcript?.({ contextId, since: 0, limit: 100 });
  demand(!page?.entries.length, 'the transcript of a forgotten context must be empty', page);
}
