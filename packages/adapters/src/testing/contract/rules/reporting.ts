import { demand } from '../../../errors/contract-violation.js';
import type { ContractRule } from '../rule.js';
import { messageTurn } from '../turns.js';
import { within } from '../within.js';
import { Workbench } from '../workbench.js';

const CHECK_LIMIT_MS = 5_000;

const tellsItsHealth: ContractRule = {
  name: 'reports its health within 5 s, if it has a check',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const looking = bench.engine.check?.();
    if (looking === undefined) return;
    const health = await within(CHECK_LIMIT_MS, 'check must answer', looking);
    demand(health.ok === true, 'the check of an engine that can answer must be ok', health);
    demand(isOneLine(health.detail), 'the detail of check must be one line that is not empty', health);
  },
};

const tellsTheTranscript: ContractRule = {
  name: 'returns a transcript in consecutive pages, if it has one',
  needs: [],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.message);
    await bench.runWell(turn);
    const { engine } = bench;
    if (engine.transcript === undefined) return;
    const { contextId } = turn;
    const whole = await engine.transcript({ contextId, since: 0, limit: 100 });
    demand(whole.entries.length >= 2, 'a transcript must have the message and its answer', whole);
    demand(!whole.more, 'a page that holds everything must not have more', whole);
    const first = await engine.transcript({ contextId, since: 0, limit: 1 });
    demand(first.entries.length === 1 && first.more, 'a page must keep to its limit, and have more', first);
    const rest = await engine.transcript({ contextId, since: first.next, limit: 100 });
    const texts = [...first.entries, ...rest.entries].map((entry) => entry.text);
    const expected = whole.entries.map((entry) => entry.text);
    demand(texts.join('\n') === expected.join('\n'), 'the pages of a transcript must follow each other', {
      texts,
      expected,
    });
    const other = await engine.transcript({ contextId: messageTurn('').contextId, since: 0, limit: 100 });
    demand(other.entries.length === 0, 'a context that is new must have an empty transcript', other);
  },
};

export const reportingRules: readonly ContractRule[] = [tellsItsHealth, tellsTheTranscript];

function isOneLine(text: string): boolean {
  return text.trim() !== '' && !text.includes('\n');
}
