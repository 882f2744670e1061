import { type Message, type Part, Role, type Task, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { agentMessage, artifactEvent, dataPart, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import { emptyTask, foldChunk } from '../../../src/tasks/events/chunk.js';
import { ChunkDraft } from '../../../src/tasks/events/chunk-draft.js';
import { copyTask, fold, foldAnswer } from '../../../src/tasks/events/fold.js';
import { ERROR_CODE_KEY, FINISH_REASON_KEY, USAGE_KEY } from '../../../src/tasks/events/outcome-metadata.js';
import { eventFromJson, eventToJson, type TaskEvent } from '../../../src/tasks/events/task-event.js';
import { freshSeed, randomFrom } from '../../support/random.js';

const TARGET = { taskId: 't', contextId: 'c' };
const STATES = [
  TaskState.TASK_STATE_WORKING,
  TaskState.TASK_STATE_WORKING,
  TaskState.TASK_STATE_WORKING,
  TaskState.TASK_STATE_SUBMITTED,
  TaskState.TASK_STATE_INPUT_REQUIRED,
  TaskState.TASK_STATE_COMPLETED,
];

it('chunks and later events make the same task as all events, however they are cut', () => {
  const seed = freshSeed();
  const random = randomFrom(seed);
  for (let round = 0; round < 300; round++) {
    const base = randomTask(random);
    const whole = copyTask(base);
    const chunks: ChunkDraft[] = [ChunkDraft.first(base)];
    const later: TaskEvent[] = [];
    let draft = new ChunkDraft();
    const messages: Message[] = [];
    const steps = Math.floor(random() * 40);
    const lastChunked = Math.floor(random() * steps);
    for (let step = 0; step < steps; step++) {
      const event = eventFromJson(eventToJson(randomEvent(random, messages)));
      // A message of the caller is in a chunk from the beginning.
      const answer = step < lastChunked && random() < 0.05 ? userAnswer(random) : undefined;
      if (answer) foldAnswer(whole, event, answer);
      else fold(whole, event);
      if (step >= lastChunked) {
        later.push(event);
        continue;
      }
      draft.add(event);
      if (answer) draft.addMessage(answer);
      if (random() > 0.2) continue;
      chunks.push(draft);
      draft = new ChunkDraft();
    }
    chunks.push(draft);
    const read = emptyTask('t', 'c');
    for (const chunk of chunks) foldJson(read, chunk.history());
    for (const chunk of chunks) foldJson(read, chunk.artifacts());
    for (const event of later) fold(read, event);
    expect(read, `seed ${seed}, round ${round}`).toEqual(whole);
  }
});

it('a chunk weighs what its events add to the task, and not what they weigh', () => {
  const draft = new ChunkDraft();
  for (let index = 0; index < 1_000; index++) {
    draft.add(
      statusEvent(TARGET, TaskState.TASK_STATE_WORKING, {
        metadata: { 'molecule.event': { output: 'x'.repeat(1_000) } },
      }),
    );
    draft.add(words('word '));
  }
  expect(draft.artifacts()?.length).toBeLessThan(5_500);
  expect(draft.history()?.length).toBeLessThan(500);
});

function foldJson(task: Task, json: string | undefined): void {
  if (json !== undefined) foldChunk(task, json);
}

function randomTask(random: () => number): Task {
  return {
    id: 't',
    contextId: 'c',
    status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date(0).toISOString() },
    history: [userAnswer(random)],
    artifacts: random() < 0.5 ? [] : [{ ...artifactOf('a-0', [textPart('first')]) }],
    metadata: random() < 0.8 ? undefined : { [ERROR_CODE_KEY]: 'OLD' },
  };
}

function userAnswer(random: () => number): Message {
  return { ...agentMessage(TARGET, [textPart(`${random()}`), dataPart(null)]), role: Role.ROLE_USER };
}

function randomEvent(random: () => number, messages: Message[]): TaskEvent {
  if (random() < 0.5) return randomStatus(random, messages);
  const parts = Array.from({ length: 1 + random() * 3 }, () => randomPart(random));
  const id = `a-${Math.floor(random() * 3)}`;
  const metadata = random() < 0.3 ? { 'molecule.reset': true } : undefined;
  return artifactEvent(
    TARGET,
    { id, name: `name ${random()}`, parts },
    {
      append: random() < 0.7,
      lastChunk: random() < 0.1,
      ...(metadata && { metadata }),
    },
  );
}

function randomStatus(random: () => number, messages: Message[]): TaskEvent {
  const state = STATES[Math.floor(random() * STATES.length)] as TaskState;
  const keys = [USAGE_KEY, FINISH_REASON_KEY, ERROR_CODE_KEY].filter(() => random() < 0.2);
  const metadata = { 'molecule.event': { at: random() }, ...Object.fromEntries(keys.map((key) => [key, random()])) };
  // Now and then a status repeats the message of an earlier one.
  const chance = random();
  const known = messages[Math.floor(random() * messages.length)];
  const message =
    chance < 0.1 && known ? known : chance < 0.3 ? agentMessage(TARGET, [textPart(`${random()}`)]) : undefined;
  if (message) messages.push(message);
  return statusEvent(TARGET, state, { metadata, ...(message && { message }) });
}

function randomPart(random: () => number): Part {
  const chance = random();
  if (chance < 0.1) return dataPart({ value: random() });
  if (chance < 0.2) return { ...textPart('marked'), metadata: { mark: random() } };
  if (chance < 0.3) return { ...textPart('<b>'), mediaType: 'text/html' };
  return textPart(` ${random()}`);
}

function words(text: string): TaskEvent {
  return artifactEvent(
    TARGET,
    { id: 'answer-1', name: 'answer', parts: [textPart(text)] },
    { append: true, lastChunk: false },
  );
}

function artifactOf(artifactId: string, parts: Part[]) {
  return { artifactId, name: 'n', description: '', parts, metadata: undefined, extensions: [] };
}
