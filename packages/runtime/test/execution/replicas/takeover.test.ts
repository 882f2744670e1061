import type { TestTask } from '@molecule/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../support/until.js';
import { TwoReplicas } from './two-replicas.js';

// Processes are started, which is slow on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const WORDS = 40;
const ANSWER = Array.from({ length: WORDS }, (_, word) => `${word} `).join('');
const END_MS = 90_000;
/** `cut off`: the first replica reaches its database no more, and gets no error. */
const BLOWS = ['SIGSTOP', 'cut off', 'SIGTERM', 'SIGKILL'] as const;
type Blow = (typeof BLOWS)[number];

let both: TwoReplicas;
/** The first replica was ended. */
let isGone = false;
beforeAll(async () => {
  both = await TwoReplicas.start();
});
/** Brings back what a blow before has left, whatever became of its test. */
beforeEach(async () => {
  both.proxy.mend();
  if (isGone) await restart();
  else await both.signalFirst('SIGCONT');
});
afterAll(() => both[Symbol.asyncDispose]());

/** `npm run chaos -- --replicas` has further moments. */
describe('while the first replica streams', () => {
  it.each(BLOWS)('another replica ends the turn, and the first one disturbs nothing: %s', async (blow) => {
    const task = await accepted(`${WORDS} until aborted`);
    await both.run('speaks', 'first', task);
    await strike(blow);
    await takenOver(task, blow);
    expect((await both.second.client.waitFor(task.id, 'completed', END_MS)).text).toBe(ANSWER);
    const stored = await both.stored(task);
    // How an ended process comes back does not depend on its end: the case of SIGTERM shows it.
    if (blow === 'SIGKILL') return;
    await restore(blow);
    await serves();
    await stopped(task, blow);
    expect(await both.stored(task)).toEqual(stored);
  });
});

async function strike(blow: Blow): Promise<void> {
  if (blow === 'cut off') both.proxy.silence();
  else if (blow === 'SIGSTOP') await both.signalFirst('SIGSTOP');
  else {
    isGone = true;
    await both.first.kill(blow);
  }
}

async function restart(): Promise<void> {
  await both.restart('first');
  isGone = false;
}

async function takenOver(task: TestTask, blow: Blow): Promise<void> {
  const took = await both.run('begin', 'second', task);
  if (blow !== 'cut off') return;
  const own = (await both.runs()).filter(
    ({ contextId, replica }) => contextId === task.contextId && replica === 'first',
  );
  const end = own.at(-1);
  expect([end?.what, end?.reason]).toEqual(['end', 'superseded']);
  expect(end?.at).toBeLessThanOrEqual(took.at);
}

async function restore(blow: Blow): Promise<void> {
  if (blow === 'SIGKILL' || blow === 'SIGTERM') return restart();
  if (blow === 'cut off') both.proxy.mend();
  else await both.signalFirst('SIGCONT');
}

/** The first replica accepts messages again, and answers them. */
async function serves(): Promise<void> {
  const { id } = await accepted('7');
  expect((await both.first.client.waitFor(id, 'completed', END_MS)).text).toBe('0 1 2 3 4 5 6 ');
}

/** A process that has no lease refuses messages. */
async function accepted(text: string): Promise<TestTask> {
  const begin = () => both.first.client.begin(text).catch(() => undefined);
  return (await until('a message is accepted', begin, END_MS)) as TestTask;
}

/** A process that has lived on has stopped the engine's work on the turn. */
async function stopped(task: TestTask, blow: Blow): Promise<void> {
  if (blow === 'SIGKILL' || blow === 'SIGTERM') return;
  expect((await both.run('end', 'first', task)).reason).toBe('superseded');
}
