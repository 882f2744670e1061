import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Task } from '@a2a-js/sdk';
import { type AgentDefinition, defineAgent, EngineError } from '@molecule/adapters';
import { expect, it } from 'vitest';
import {
  answerOf,
  begin,
  cancelTask,
  connect,
  failureOf,
  getTask,
  send,
  stateOf,
  textOf,
} from '../../support/a2a-client.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { passTime } from './pass-time.js';

const RETRY = { MOLECULE_RETRY_INITIAL: '1ms' };

/** A runtime with an agent of one function. */
function serve(run: AgentDefinition<unknown>['run'], environment: Record<string, string> = {}) {
  const adapter = defineAgent({ name: 'play', run });
  return startTestRuntime({ adapter, environment: { ...RETRY, ...environment } });
}

const wakesAt = (task: Task) => task.status?.message?.metadata?.['molecule.wakesAt'];
const died = () => new EngineError('engine-died', 'The engine has died.');

it('a recorded step gives its result in the next attempt, and its words are not told again', async () => {
  const ran: string[] = [];
  const keys: string[] = [];
  let attempts = 0;
  await using runtime = await serve(async function* (turn, { step, emit }) {
    attempts++;
    const first = await step('first', async ({ key }) => {
      ran.push('first');
      keys.push(key);
      await emit({ type: 'text-delta', text: 'One. ' });
      await emit({ type: 'data', data: { first: true } });
      return { at: new Date(0), text: turn.text };
    });
    yield `Two ${JSON.stringify(first)}. `;
    if (attempts === 1) throw died();
    const second = await step('second', () => ran.push('second'));
    yield `Three ${second}.`;
  });
  const task = await send(await connect(runtime.url), 'hi');
  expect(answerOf(task)).toBe('One. Two {"at":"1970-01-01T00:00:00.000Z","text":"hi"}. Three 2.');
  expect(ran).toEqual(['first', 'second']);
  expect(attempts).toBe(2);
  expect(task.artifacts.filter(({ name }) => name === 'data')).toHaveLength(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

it('a step that was not recorded runs again with the same key', async () => {
  const keys: string[] = [];
  await using runtime = await serve(async (_turn, { step }) => {
    await step('before', () => 1);
    return step('pay', ({ key }) => {
      keys.push(key);
      if (keys.length === 1) throw died();
      return 'paid';
    });
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('paid');
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

it('steps run in parallel, in loops and inside each other, and each runs once', async () => {
  const ran: string[] = [];
  let attempts = 0;
  await using runtime = await serve(async (_turn, { step }) => {
    const attempt = ++attempts;
    const branches = ['a', 'b', 'c', 'd'].map((branch, index) =>
      step('branch', async () => {
        let sum = 0;
        for (let round = 0; round < 3; round++) {
          sum += await step('round', () => {
            ran.push(`${branch}${round}`);
            return index * round;
          });
          if (attempt === 1 && branch === 'd' && round === 1) throw died();
        }
        return sum;
      }),
    );
    return (await Promise.all(branches)).join(' ');
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('0 3 6 9');
  expect(ran.sort()).toEqual(['a', 'b', 'c', 'd'].flatMap((branch) => [0, 1, 2].map((round) => `${branch}${round}`)));
});

it('other steps than the recorded ones fail the turn with both sequences', async () => {
  let attempts = 0;
  await using runtime = await serve(async (_turn, { step }) => {
    await step('quote', () => 1);
    if (++attempts === 1) {
      await step('charge', () => 2);
      throw died();
    }
    await step('refund', () => 3);
    return 'done';
  });
  const task = await send(await connect(runtime.url), 'hi');
  expect(failureOf(task)).toBe('ENGINE_STEPS_CHANGED');
  expect(textOf(task.status?.message?.parts ?? [])).toContain(
    'At place 2 of the turn, charge was recorded, and refund was called. Recorded: quote -> [charge]. Called: quote -> [refund].',
  );
});

it('a failure is recorded, and a retryable one is not', async () => {
  let attempts = 0;
  const ran: string[] = [];
  await using runtime = await serve(async (_turn, { step }) => {
    const fails = await step('fails', () => {
      ran.push('fails');
      throw new TypeError('no');
    }).catch((error: Error) => `${error.name}: ${error.message}`);
    const busy = await step('busy', () => {
      ran.push('busy');
      if (attempts < 1) throw new EngineError('overloaded', 'busy');
      return 'free';
    }).catch((error: Error) => error.message);
    if (++attempts === 1) throw died();
    return `${fails}, ${busy}`;
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('TypeError: no, free');
  expect(ran).toEqual(['fails', 'busy', 'busy']);
});

it('a step is tried again as often as it says, and what a failed try has said is withdrawn', async () => {
  const tries: number[] = [];
  await using runtime = await serve(async function* (_turn, { step }) {
    yield 'So: ';
    await step('call', { retries: 2, backoffMs: 1 }, async ({ attempt, emit }) => {
      tries.push(attempt);
      await emit({ type: 'text-delta', text: `try ${attempt}` });
      if (attempt < 3) throw new Error('broken');
    });
    yield '.';
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('So: try 3.');
  expect(tries).toEqual([1, 2, 3]);
});

it('a question is a step: the turn goes on with its answer, and its earlier steps do not run again', async () => {
  const ran: string[] = [];
  await using runtime = await serve(async function* (turn, { step, ask }) {
    const price = await step('price', () => {
      ran.push('price');
      return 42;
    });
    yield `It costs ${price}. `;
    const { approved } = await ask({ request: 'approval', prompt: `Pay ${price} for ${turn.text}?` });
    const { text: name } = await ask({ prompt: 'For whom?' });
    yield* approved ? `Paid for ${name}.` : 'Not paid.';
  });
  const client = await connect(runtime.url);
  const asked = await send(client, 'a hat');
  expect([stateOf(asked), textOf(asked.status?.message?.parts ?? [])]).toEqual(['input_required', 'Pay 42 for a hat?']);
  expect(answerOf(asked)).toBe('It costs 42. ');
  const again = await send(client, 'Approve', { taskId: asked.id });
  expect(textOf(again.status?.message?.parts ?? [])).toBe('For whom?');
  const done = await send(client, 'Ann', { taskId: asked.id });
  expect(stateOf(done)).toBe('completed');
  expect(done.artifacts.map(({ parts }) => textOf(parts))).toEqual(['It costs 42. ', 'Paid for Ann.']);
  expect(ran).toEqual(['price']);
});

it('questions that are asked at the same time are one, and the steps beside them are awaited', async () => {
  await using runtime = await serve(async (_turn, { step, ask }) => {
    const [one, other, third] = await Promise.all([
      ask({ prompt: 'One?' }),
      ask({ prompt: 'Other?', choices: [{ id: 'x', label: 'An X' }] }),
      step('slow', async () => {
        await new Promise(setImmediate);
        return 'slow';
      }),
    ]);
    return `${one.text} ${other.choice} ${third}`;
  });
  const client = await connect(runtime.url);
  const asked = await send(client, 'hi');
  expect(textOf(asked.status?.message?.parts ?? [])).toBe('1. One?\n2. Other?');
  const part = await send(client, 'first', { taskId: asked.id });
  expect(stateOf(part)).toBe('input_required');
  const done = await send(client, 'An X', { taskId: asked.id });
  expect(answerOf(done)).toBe('first x slow');
});

it('a short sleep is waited for, and a long one puts the turn away until its time', async () => {
  const ran: string[] = [];
  await using runtime = await serve(async function* (_turn, { step, sleep }) {
    await step('before', () => ran.push('before'));
    await sleep(20);
    yield 'Good night. ';
    await sleep(new Date(Date.now() + 61_000));
    await step('after', () => ran.push('after'));
    yield 'Good morning.';
  });
  const client = await connect(runtime.url);
  const task = await begin(client, 'hi');
  const asleep = await until('it sleeps', async () => {
    const now = await getTask(client, task.id);
    return wakesAt(now) ? now : undefined;
  });
  expect([stateOf(asleep), answerOf(asleep), ran]).toEqual(['working', 'Good night. ', ['before']]);
  await until('time has passed', async () => passTime(join(runtime.directory, '.molecule', 'tasks.db')));
  const done = await until('it is done', async () => {
    const now = await getTask(client, task.id);
    return stateOf(now) === 'completed' ? now : undefined;
  });
  expect(done.artifacts.map(({ parts }) => textOf(parts))).toEqual(['Good night. ', 'Good morning.']);
  expect(ran).toEqual(['before', 'after']);
});

it('what a turn has used before a long sleep counts once', async () => {
  await using runtime = await serve(async (_turn, { step, sleep }) => {
    await step('one', ({ emit }) => emit({ type: 'usage', inputTokens: 10, outputTokens: 1 }));
    await sleep(3_600_000);
    await step('two', ({ emit }) => emit({ type: 'usage', inputTokens: 5, outputTokens: 2 }));
    return 'done';
  });
  const client = await connect(runtime.url);
  const { id } = await begin(client, 'hi');
  await until('it sleeps', async () => wakesAt(await getTask(client, id)));
  const file = join(runtime.directory, '.molecule', 'tasks.db');
  await until('time has passed', async () => passTime(file));
  const done = await until('it is done', async () => {
    const now = await getTask(client, id);
    return stateOf(now) === 'completed' ? now : undefined;
  });
  expect(done.metadata?.['molecule.usage']).toEqual({ inputTokens: 15, outputTokens: 3 });
  using database = new DatabaseSync(file);
  expect(
    database.prepare('select sum(input_tokens) as read, sum(output_tokens) as written from turn_usage').get(),
  ).toEqual({
    read: 15,
    written: 3,
  });
});

it('a turn that is put away keeps no other message of its conversation waiting, and is canceled at once', async () => {
  await using runtime = await serve(async (turn, { sleep }) => {
    if (turn.text === 'sleep') await sleep(3_600_000);
    return `said ${turn.text}`;
  });
  const client = await connect(runtime.url);
  const sleeper = await begin(client, 'sleep', { contextId: 'c' });
  await until('it sleeps', async () => wakesAt(await getTask(client, sleeper.id)));
  expect(answerOf(await send(client, 'other', { contextId: 'c' }))).toBe('said other');
  expect(stateOf(await getTask(client, sleeper.id))).toBe('working');
  expect(stateOf(await cancelTask(client, sleeper.id))).toBe('canceled');
  passTime(join(runtime.directory, '.molecule', 'tasks.db'));
  expect(answerOf(await send(client, 'after', { contextId: 'c' }))).toBe('said after');
  expect(stateOf(await getTask(client, sleeper.id))).toBe('canceled');
});

it('the conversation before is there, the same in each attempt, also that of other tasks', async () => {
  let attempts = 0;
  await using runtime = await serve(async (turn, { ask }) => {
    const said = await turn.conversation();
    if (turn.text === 'last' && ++attempts === 1) throw died();
    if (turn.text === 'ask') {
      const { text } = await ask({ prompt: 'Which?' });
      return `${text} it is`;
    }
    return said.map(({ role, text }) => `${role}: ${text}`).join(' | ') || 'nothing';
  });
  const client = await connect(runtime.url);
  await send(client, 'one', { contextId: 'c' });
  const asked = await send(client, 'ask', { contextId: 'c' });
  await send(client, 'blue', { taskId: asked.id });
  await send(client, 'elsewhere', { contextId: 'd' });
  expect(answerOf(await send(client, 'last', { contextId: 'c' }))).toBe(
    'user: one | agent: nothing | user: ask | agent: Which? | user: blue | agent: blue it is',
  );
});

it('a large result is a file, and comes back', async () => {
  let attempts = 0;
  await using runtime = await serve(async (_turn, { step }) => {
    const large = await step('large', () => 'x'.repeat(3_000_000));
    if (++attempts === 1) throw died();
    return String(large.length);
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('3000000');
});

it('what a failed attempt said otherwise is replaced, and never doubled', async () => {
  let attempts = 0;
  await using runtime = await serve(async function* (_turn, { step }) {
    await step('first', () => 1);
    attempts++;
    yield 'Once upon ';
    yield attempts === 1 ? 'a midnight' : 'a time.';
    if (attempts === 1) throw died();
  });
  expect(answerOf(await send(await connect(runtime.url), 'hi'))).toBe('Once upon a time.');
});

it('a step that runs when its turn fails is stopped by its signal', async () => {
  const stopped = Promise.withResolvers<unknown>();
  await using runtime = await serve(async function* (_turn, { step }) {
    const long = step('long', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stopped.resolve(signal.reason);
    });
    long.catch(() => {});
    yield { type: 'unknown' } as never;
  });
  const task = await send(await connect(runtime.url), 'hi');
  expect(failureOf(task)).toBe('ADAPTER_CONTRACT_BROKEN');
  expect(await stopped.promise).toMatchObject({ code: 'superseded' });
});
