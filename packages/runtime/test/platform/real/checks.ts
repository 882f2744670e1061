import { deepStrictEqual as equal, match } from 'node:assert/strict';
import { until } from '../../../src/testing/until.js';
import { play } from '../../support/play-adapter.js';
import { calling } from '../../team/delegation/tool-adapter.js';
import type { RealPlatform } from './real-platform.js';

const WITHIN_MS = 90_000;

export interface Check {
  readonly name: string;
  /** False: this control plane is too old for it. Default: always true. */
  readonly isOffered?: (platform: RealPlatform) => Promise<boolean>;
  readonly run: (platform: RealPlatform) => Promise<void>;
}

/** Each has workspaces of its own. */
export const CHECKS: readonly Check[] = [
  {
    name: 'an external workspace is online with the token of the reply that made it, and answers',
    async run(platform) {
      const { id } = await platform.member('Echo');
      equal(await platform.say(id, 'hi'), 'echo: hi');
      await until('the chat', async () => (await platform.chat(id)).length === 1, WITHIN_MS);
      await until('the report', async () => (await platform.activity(id, 'task_update')).length === 1, WITHIN_MS);
      equal((await platform.activity(id, 'a2a_receive')).length, 1);
    },
  },
  {
    name: 'an answer of a killed process reaches the person once',
    async run(platform) {
      const { id, member } = await platform.member('Killed');
      const answer = platform.say(id, play({ wait: 1500 }, { say: 'late' }));
      await until('the turn', async () => Number((await platform.row(id))['active_tasks']) > 0, WITHIN_MS);
      await member.kill();
      await member.restart();
      equal(await answer, '');
      await until('the answer', async () => (await platform.chat(id)).includes('late'), WITHIN_MS);
      await platform.say(id, 'more');
      await until('the next answer', async () => (await platform.chat(id)).includes('echo: more'), WITHIN_MS);
      equal((await platform.chat(id)).filter((text) => text === 'late').length, 1);
    },
  },
  {
    name: 'a question is answered by the next message of the canvas',
    async run(platform) {
      const { id } = await platform.member('Asks');
      equal(await platform.say(id, play({ ask: 'Which one?' })), 'Which one?');
      equal(await platform.say(id, 'the red one'), 'answered: the red one');
    },
  },
  {
    name: 'a decision that is taken during a deploy counts, and there is one approval',
    async run(platform) {
      const { id, member } = await platform.member('Decides');
      const answer = platform.say(id, calling('request_approval', { action: 'Drop it' }));
      const approvals = async () => (await platform.call('GET', `/workspaces/${id}/approvals`)) as { id: string }[];
      await until('the approval', async () => (await approvals()).length === 1, WITHIN_MS);
      await member.end();
      const [{ id: approval } = { id: '' }] = await approvals();
      await platform.call('POST', `/workspaces/${id}/approvals/${approval}/decide`, { decision: 'approved' });
      await member.restart();
      await answer;
      await until(
        'the answer',
        async () => (await platform.chat(id)).some((text) => text.includes('"approved":true')),
        WITHIN_MS,
      );
      equal((await approvals()).length, 1);
    },
  },
  {
    name: 'a team of two: the delegation is on the list with its answer',
    async run(platform) {
      const { id: peer } = await platform.member('Helper');
      const { id } = await platform.member('Lead');
      const text = await platform.say(id, calling('delegate_task', { workspace_id: peer, task: 'hi' }));
      match(text, /"answer":"echo: hi"/);
      const list = async () => (await platform.call('GET', `/workspaces/${id}/delegations`)) as { status: string }[];
      await until('the list', async () => (await list()).length === 2, WITHIN_MS);
      equal(
        (await list()).map(({ status }) => status),
        ['completed', 'completed'],
      );
      await until('the answer', async () => (await platform.activity(id, 'a2a_send')).length === 1, WITHIN_MS);
    },
  },
  {
    name: 'a platform that is killed and started again loses no answer',
    async run(platform) {
      const { id } = await platform.member('Patient');
      const lost = platform.say(id, play({ wait: 3000 }, { say: 'during the restart' })).catch(() => '');
      await until('the turn', async () => Number((await platform.row(id))['active_tasks']) > 0, WITHIN_MS);
      await platform.kill();
      await lost;
      await platform.start();
      await until('the answer', async () => (await platform.chat(id)).includes('during the restart'), WITHIN_MS);
      equal((await platform.chat(id)).length, 1);
    },
  },
  {
    name: 'an agent that stops is not online, and is again after its start',
    async run(platform) {
      const { id, member } = await platform.member('Stops');
      await member.end();
      equal((await platform.row(id))['status'], 'degraded');
      await member.restart();
      await until('it to be online', async () => (await platform.row(id))['status'] === 'online', WITHIN_MS);
    },
  },
  {
    name: 'an agent without an address fetches its messages, and answers each once, also if it is killed',
    isOffered: (platform) => platform.recordsMessages(),
    async run(platform) {
      const { id, member } = await platform.member('Fetches', undefined, { MOLECULE_PLATFORM_DELIVERY: 'poll' });
      equal((await platform.row(id))['url'] ?? '', '');
      await platform.say(id, 'one');
      await until('the answer', async () => (await platform.chat(id)).includes('echo: one'), WITHIN_MS);
      await platform.say(id, play({ wait: 1500 }, { say: 'late' }));
      await until('the turn', async () => Number((await platform.row(id))['active_tasks']) > 0, WITHIN_MS);
      await member.kill();
      await platform.say(id, 'two');
      await member.restart();
      await until('both answers', async () => (await platform.chat(id)).length >= 3, WITHIN_MS);
      equal([...(await platform.chat(id))].sort().join(), 'echo: one,echo: two,late');
    },
  },
];
