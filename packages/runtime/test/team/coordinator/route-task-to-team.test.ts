import { defineAdapter, EngineError } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { rankMembers } from '../../../src/team/coordinator/rank-members.js';
import { answerOf, connect, send } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { team } from '../delegation/team-process.js';
import { calling, toolAdapter } from '../delegation/tool-adapter.js';

test('members are ranked by status, then skill, then load', () => {
  const writer = {
    id: 'w',
    name: 'W',
    status: 'online',
    skills: [{ name: 'writing', description: 'Writes articles' }],
  };
  const busy = { ...writer, id: 'busy', activeTasks: 3 };
  const coder = { id: 'c', name: 'C', status: 'online', skills: [{ name: 'programming' }] };
  const away = { ...writer, id: 'away', status: 'offline' };
  const ids = (task: string) => rankMembers(task, [away, coder, busy, writer]).map(({ id }) => id);
  expect(ids('Write an article on ants')).toEqual(['w', 'busy', 'c', 'away']);
  expect(ids('Program a parser')).toEqual(['c', 'w', 'busy', 'away']);
});

test('an offline member is reported, and another one does the task', async () => {
  const failing = playAdapter();
  const working = playAdapter();
  await using bad = await startTestRuntime({ adapter: failing.adapter, environment: { MOLECULE_RETRY_ATTEMPTS: '1' } });
  await using good = await startTestRuntime({ adapter: working.adapter });
  await bad.shutdown(0);
  const lead = toolAdapter();
  const members = team(['gone', bad.url, 'summing'], ['there', good.url, 'painting']);
  const config = `name: Lead\nruntime: play\ndelegation: { retry_attempts: 1, retry_delay: 0, timeout: 5 }\n${members}`;
  await using parent = await startTestRuntime({ adapter: lead.adapter, config });
  const client = await connect(parent.url);
  const input = { task: 'Do some summing', preferred_member_id: 'gone' };
  const outcome = JSON.parse(answerOf(await send(client, calling('route_task_to_team', input)))) as unknown;
  expect(outcome).toMatchObject({
    done: true,
    parts: [
      {
        member: 'there',
        answer: 'echo: Do some summing',
        failed: [{ member: 'gone', reason: 'it was not tried: it is offline' }],
      },
    ],
  });
  // Without a preferred member, the online one comes first regardless of its skills, and a better offline one is reported.
  const route = async (task: string, preferred?: string) => {
    const asked = calling('route_task_to_team', { task, ...(preferred && { preferred_member_id: preferred }) });
    return JSON.parse(answerOf(await send(client, asked))) as unknown;
  };
  expect(await route('More summing')).toMatchObject({ parts: [{ member: 'there', failed: [{ member: 'gone' }] }] });
  expect(await route('More painting')).toMatchObject({ parts: [{ member: 'there', failed: [] }] });
  expect(await route('Even more', 'nobody')).toMatchObject({
    parts: [{ member: 'there', failed: [{ member: 'nobody', reason: 'it was not tried: there is no such member' }] }],
  });
});

test('if a member fails at its part, that is reported, and the next best member does the part', async () => {
  const working = playAdapter();
  const failing = defineAdapter({
    ...working.adapter,
    createEngine: () => ({
      // biome-ignore lint/correctness/useYield: it fails before it yields anything.
      async *runTurn() {
        throw new EngineError('auth', 'the summing is broken');
      },
    }),
  });
  await using bad = await startTestRuntime({ adapter: failing });
  await using good = await startTestRuntime({ adapter: working.adapter });
  const lead = toolAdapter();
  const members = team(['bad', bad.url, 'summing'], ['good', good.url, 'painting']);
  await using parent = await startTestRuntime({
    adapter: lead.adapter,
    config: `name: Lead\nruntime: play\n${members}`,
  });
  const client = await connect(parent.url);
  const parts = ['Do some summing', 'Do some painting'];
  const outcome = JSON.parse(answerOf(await send(client, calling('route_task_to_team', { task: 'both', parts }))));
  expect(outcome).toEqual({
    done: true,
    note: expect.stringMatching(/Combine the answers/),
    parts: [
      {
        task: 'Do some summing',
        done: true,
        member: 'good',
        answer: 'echo: Do some summing',
        failed: [{ member: 'bad', reason: 'the summing is broken' }],
      },
      { task: 'Do some painting', done: true, member: 'good', answer: 'echo: Do some painting', failed: [] },
    ],
  });
});
