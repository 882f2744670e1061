import { isDeepStrictEqual } from 'node:util';
import type { FinishEvent } from '../../../contract/answer-event.js';
import type { TurnEvent } from '../../../contract/turn-event.js';
import { demand } from '../../../errors/contract-violation.js';
import { extractMessageText } from '../../../messages/extract-message-text.js';
import { demandMatch } from '../expected.js';
import type { ContractRule } from '../rule.js';
import { continueTurn, messageTurn } from '../turns.js';
import { Workbench } from '../workbench.js';

const givesData: ContractRule = {
  name: 'gives structured data, and the same data in every attempt',
  needs: ['data'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const turn = messageTurn(fixtures.data ?? '');
    const { events } = await bench.runWell(turn);
    const given = dataIn(events);
    demand(given.length > 0, 'the turn of `data` must yield a data event', events);
    const again = await bench.run(continueTurn(turn));
    if (again.error !== undefined) return;
    const isKnown = (data: unknown) => given.some((known) => isDeepStrictEqual(known, data));
    const repeated = dataIn(again.events);
    // Other data would come on top of the first.
    demand(repeated.every(isKnown), 'a continue of a finished turn must give no other data', { given, repeated });
  },
};

const givesArtifacts: ContractRule = {
  name: 'gives an artifact, whose first event does not append',
  needs: ['artifact'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const { events } = await bench.runWell(messageTurn(fixtures.artifact ?? ''));
    const updates = events.filter((event) => event.type === 'artifact');
    demand(updates.length > 0, 'the turn of `artifact` must yield an artifact event', events);
    const seen = new Set<string>();
    for (const update of updates) {
      demand(update.append !== true || seen.has(update.id), 'the first event of an artifact must not append', update);
      seen.add(update.id);
    }
  },
};

const reportsItsStatus: ContractRule = {
  name: 'reports what it does in lines for people',
  needs: ['status'],
  async check(adapter, fixtures) {
    await using bench = await Workbench.open(adapter, fixtures);
    const { events } = await bench.runWell(messageTurn(fixtures.status ?? ''));
    const lines = events.filter((event) => event.type === 'status').map(({ text }) => text);
    demand(lines.length > 0, 'the turn of `status` must yield a status event', events);
    demand(!lines.some((line) => line.includes('\n')), 'a status must be one line', lines);
  },
};

const closesWithAMessage: ContractRule = {
  name: 'closes its answer with a message',
  needs: ['closing'],
  async check(adapter, fixtures) {
    const { text, expect } = fixtures.closing ?? { text: '', expect: '' };
    await using bench = await Workbench.open(adapter, fixtures);
    const { events } = await bench.runWell(messageTurn(text));
    const finish = events.find((event): event is FinishEvent => event.type === 'finish');
    demandMatch(extractMessageText(finish?.message ?? []), expect, 'the message of finish');
  },
};

export const givingRules: readonly ContractRule[] = [givesData, givesArtifacts, reportsItsStatus, closesWithAMessage];

function dataIn(events: readonly TurnEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === 'data' ? [event.data] : []));
}
