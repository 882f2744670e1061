import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TurnEvent } from '@molecule/adapters';
import {
  type EndingTools,
  endingMessage,
  endingProblem,
  type ModelFormat,
  messageTurn,
  modelEndings,
  type Workbench,
} from '@molecule/adapters/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';

const TOOLS: EndingTools = {
  look: { tool: 'current_time', input: {} },
  act: { tool: 'save_note', input: { name: 'report', text: 'all lines of the report' } },
};

/** What the providers' packages of the AI SDK read in their own way. */
const READ_BY_THE_SDK: readonly string[] = [
  // As a content filter.
  'a refusal in its own field',
  // A body that is no stream is one that broke off.
  "OpenRouter's rate limit as a body",
  'an error body',
  // As words like others.
  'the word "null" in each chunk, and a stream that closes',
  'two answers, though the request asks for one',
  // As faults.
  'an error that is empty in each chunk',
  'tokens as texts',
  // The ids are sent back as they came.
  'pings, and events of unknown types',
];

const bench = useBench();

describe.each<[ModelFormat]>([['openai'], ['anthropic']])('the %s format', (format) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await bench.open({ model: `${format}:scripted`, config: { approval: [] } });
  });

  const endings = modelEndings(format).filter(({ name }) => !READ_BY_THE_SDK.includes(name));

  it.each(endings.map((ending) => [`${ending.group}: ${ending.name}`, ending] as const))(
    '%s, and the conversation can continue',
    async (contextId, ending) => {
      const turn = await workbench.run(messageTurn(endingMessage(ending, TOOLS, format), { contextId }));
      expect(endingProblem(ending, { ...turn, events: lastParagraph(turn.events) })).toBeUndefined();
      if (ending.mustNotAct) expect(existsSync(join(workbench.workDir, 'report.md'))).toBe(false);

      const next = await workbench.runWell(messageTurn('and now? [[{"text":"Here I am."}]]', { contextId }));
      expect(next.events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
      expect(bench.model.requests.flatMap(({ refused }) => refused ?? [])).toEqual([]);
    },
  );
});

/** What the model says before it calls a tool stays in the answer, as a paragraph of its own; the rows are about the last one. */
function lastParagraph(events: readonly TurnEvent[]): readonly TurnEvent[] {
  const begins = events.findLastIndex((event) => event.type === 'text-delta' && event.text.startsWith('\n\n'));
  return events
    .filter(({ type }, index) => type !== 'text-delta' || index >= begins)
    .map((event) => (event.type === 'text-delta' ? { ...event, text: event.text.replace(/^\n\n/, '') } : event));
}
