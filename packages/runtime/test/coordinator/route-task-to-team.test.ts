import { expect, test } from 'vitest';
import { rankMembers } from '../../src/coordinator/rank-members.js';
import { team } from '../delegation/team-process.js';
import { calling, toolAdapter } from '../delegation/tool-adapter.js';
import { answerOf, connect, send } from '../support/a2a-client.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';

test('members are asked by status, then skill, then load', () => {
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

test('a member that fails is told, and another one does the task', async () => {
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
    parts: [{ member: 'there', answer: 'echo: Do some summing', failed: [{ member: 'gone' }] }],
  });
  // Asked for no one by name, the one that is there comes first, whatever the skills.
  const routed = JSON.parse(
    answerOf(await send(client, calling('route_task_to_team', { task: 'More summing' }))),
  ) as unknown;
  expect(routed).toMatchObject({ parts: [{ member: 'there', failed: [] }] });
});
