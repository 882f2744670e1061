import type { AgentEngine, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { eventToJson } from '../../../src/tasks/events/task-event.js';
import { answerOf } from '../../support/a2a-client.js';
import { bareRunner } from '../../support/bare-runner.js';
import { addTask, existing } from '../../tasks/log/open-log.js';

/** Half of a pair is at every place at which a piece may end. */
const LONG = `a${'🧬'.repeat(200_000)}`;

it.each<readonly [string, readonly TurnEvent[]]>([
  ['in one delta', [{ type: 'text-delta', text: LONG }, { type: 'finish' }]],
  ['at its end', [{ type: 'finish', text: LONG }]],
  [
    'in place of what was streamed',
    [
      { type: 'text-delta', text: 'no' },
      { type: 'finish', text: LONG },
    ],
  ],
])('a long text that comes %s is written in small events, and whole', async (_name, events) => {
  const engine: AgentEngine = {
    async *runTurn() {
      yield* events;
    },
  };
  await using bare = await bareRunner(engine);
  const { taskId } = await addTask(bare.log);
  await bare.runner.run(taskId, 1, { durable: false });
  const { task, seq, result } = await existing(bare.log, taskId);
  expect(answerOf(task) === LONG).toBe(true);
  expect(result).toEqual({ kind: 'completed', finalText: LONG });
  let read = 0;
  for (let after = 0; after < seq; ) {
    for (const { event, seq: number } of await bare.log.read.eventsAfter(taskId, after)) {
      expect(eventToJson(event).length).toBeLessThan(70_000);
      after = number;
      read++;
    }
  }
  expect(read).toBe(seq);
});
