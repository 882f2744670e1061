import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { TestTask } from '@molecule/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../support/until.js';
import { TwoReplicas } from './two-replicas.js';

// Processes are started, which is slow on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const WORDS = 40;
const ANSWER = Array.from({ length: WORDS }, (_, word) => `${word} `).join('');
const END_MS = 90_000;
/** Longer than a lease. */
const AWAY_MS = 6_000;

/** `cut off`: the first replica loses its database. */
const BLOWS = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'cut off'] as const;
type Blow = (typeof BLOWS)[number];

/** When the blow comes. `npm run chaos -- --replicas` plays all of them. */
const ALL = ['mid-stream', 'accepted', 'waiting for input', 'computed, not saved', 'mid-cancel'] as const;
type Moment = (typeof ALL)[number];
const isWhole = process.env['MOLECULE_REPLICA_MATRIX'] === 'whole';
const MOMENTS: readonly Moment[] = isWhole ? ALL : ['mid-stream'];

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

describe.each(MOMENTS)('%s', (moment) => {
  it.each(BLOWS)('another replica ends the turn, and the first one disturbs nothing: %s', async (blow) => {
    const task = await reach(moment);
    const struckAt = Date.now();
    await strike(blow);
    if (moment === 'waiting for input')
      await both.second.client.begin(`${WORDS}`, { taskId: task.id, ...inContext(task) });
    if (moment === 'mid-cancel') await both.second.client.cancel(task.id);
    else await takenOver(task, blow, moment, struckAt);
    await ended(task, moment);
    const stored = await both.stored(task);
    await restore(blow, struckAt);
    await serves();
    await stopped(task, blow, moment);
    expect(await both.stored(task)).toEqual(stored);
  });
});

/** A task of the first replica, at the moment. */
async function reach(moment: Moment): Promise<TestTask> {
  const { client } = both.first;
  if (moment === 'waiting for input') {
    const task = await accepted(`${WORDS} ask`);
    return client.waitFor(task.id, 'input-required', END_MS);
  }
  const task = await accepted(moment === 'computed, not saved' ? `${WORDS} linger` : `${WORDS}`);
  if (moment === 'computed, not saved') await both.run('computed', 'first', task);
  else if (moment !== 'accepted') await both.run('speaks', 'first', task);
  return task;
}

async function strike(blow: Blow): Promise<void> {
  if (blow === 'cut off') both.proxy.cutAll();
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

async function takenOver(task: TestTask, blow: Blow, moment: Moment, struckAt: number): Promise<void> {
  const took = await both.run('begin', 'second', task);
  console.info(`${moment}, ${blow}: the other replica runs the turn after ${took.at - struckAt} ms`);
  if (blow !== 'cut off' || moment === 'waiting for input') return;
  const own = (await both.runs()).filter(
    ({ contextId, replica }) => contextId === task.contextId && replica === 'first',
  );
  if (own.length === 0) return;
  const end = own.at(-1);
  expect([end?.what, end?.reason]).toEqual(['end', 'superseded']);
  expect(end?.at).toBeLessThanOrEqual(took.at);
}

async function ended(task: TestTask, moment: Moment): Promise<void> {
  const { client } = both.second;
  if (moment === 'mid-cancel') return void (await client.waitFor(task.id, 'canceled', END_MS));
  expect((await client.waitFor(task.id, 'completed', END_MS)).text).toBe(ANSWER);
}

async function restore(blow: Blow, struckAt: number): Promise<void> {
  if (blow === 'SIGKILL' || blow === 'SIGTERM') return restart();
  await wait(Math.max(0, AWAY_MS - (Date.now() - struckAt)));
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
async function stopped(task: TestTask, blow: Blow, moment: Moment): Promise<void> {
  if (blow === 'SIGKILL' || blow === 'SIGTERM' || moment === 'waiting for input') return;
  const has = (await both.runs()).some((run) => run.replica === 'first' && run.contextId === task.contextId);
  if (has) expect((await both.run('end', 'first', task)).reason).toMatch(/^(superseded|canceled)$/);
}

function inContext({ contextId }: TestTask): { readonly contextId: string } {
  return { contextId };
}
