import { answerIn } from '../support/fake-activities.js';
import type { FakePlatform } from '../support/fake-platform.js';
import { play } from '../support/play-adapter.js';
import { until } from '../support/until.js';
import { startMember, type TeamMember } from '../team/delegation/team-process.js';
import { calling } from '../team/delegation/tool-adapter.js';

const NAMES = ['boss', 'alice', 'bob'] as const;
export type Name = (typeof NAMES)[number];
const IDS: Readonly<Record<Name, string>> = {
  boss: '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10',
  alice: '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11',
  bob: '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a12',
};
const PATIENT = 'delegation: { retry_attempts: 100, retry_delay: 0.5, timeout: 20 }\n';
const WITHIN_MS = 60_000;

/** A team of three processes on a platform: boss, and alice and bob below it. */
export interface TeamOnPlatform extends AsyncDisposable {
  readonly members: Readonly<Record<Name, TeamMember>>;
}

export async function startTeam(platform: FakePlatform): Promise<TeamOnPlatform> {
  const start = (name: Name) => startMember(name, PATIENT, { PLATFORM_URL: platform.url, WORKSPACE_ID: IDS[name] });
  const [alice, bob] = await Promise.all([start('alice'), start('bob')]);
  const isHere = (name: Name) => platform.registered.has(IDS[name]);
  await until('the registrations', () => isHere('alice') && isHere('bob'), WITHIN_MS);
  platform.peers = (['alice', 'bob'] as const).map((name) => ({
    id: IDS[name],
    name,
    url: platform.registered.get(IDS[name])?.url ?? '',
    parent_id: IDS.boss,
    agent_card: platform.registered.get(IDS[name])?.agent_card,
  }));
  // It reads its team at its start.
  const boss = await start('boss');
  await until('the registration of boss', () => isHere('boss'), WITHIN_MS);
  const members = { boss, alice, bob };
  return {
    members,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(members).map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/**
 * What is in the texts of one kill. It names no member: a task is given to the member whose name or skills it mentions.
 */
export function markOf(victim: Name): string {
  return `kill ${NAMES.indexOf(victim)}`;
}

/** A person gives boss a task for both others, and `victim` is killed in the middle of it and started again. What the person and the platform see then. */
export async function killInTheMiddle(platform: FakePlatform, { members }: TeamOnPlatform, victim: Name) {
  const kill = markOf(victim);
  const parts = ['alice', 'bob'].map((name) => play({ wait: 1500 }, { say: `${name} ${kill}` }));
  const text = calling('route_task_to_team', { task: 'both', parts });
  // A step is reported when a turn begins, also to a platform that is slow.
  const turns = (name: Name) => platform.of(`/workspaces/${IDS[name]}/checkpoints`).length;
  const before = { alice: turns('alice'), bob: turns('bob') };
  const said = platform.activities.chat(IDS.boss).length;
  const answered = platform.proxy.send(IDS.boss, { message: { parts: [{ kind: 'text', text }] } });
  await until('both to work', () => turns('alice') > before.alice && turns('bob') > before.bob, WITHIN_MS);
  await members[victim].kill();
  await members[victim].restart();
  const direct = answerIn((await answered).body);
  await until('the answer in the chat', () => platform.activities.chat(IDS.boss).length > said, WITHIN_MS);
  const records = () => listOf(platform).slice(0, 4);
  const isSettled = () => records().length === 4 && records().every(({ status }) => status === 'completed');
  await until('the records of the delegations', isSettled, WITHIN_MS);
  const idle = (name: Name) => lastHeartbeat(platform, IDS[name])?.['active_tasks'] === 0;
  await until('the end of all work', () => NAMES.every(idle), WITHIN_MS);
  await until('the answers of the peers', () => answersOf(platform, kill).length === 2, WITHIN_MS);
  // What the queue of the platform still has is sent, and thrown away.
  await until('the queue', () => platform.proxy.queue.length === 0, WITHIN_MS);
  return {
    direct,
    chat: platform.activities.chat(IDS.boss).slice(said),
    results: records().filter(({ response_preview }) => response_preview !== undefined),
    answers: answersOf(platform, kill),
    statuses: NAMES.map((name) => lastHeartbeat(platform, IDS[name])?.['runtime_state'] ?? 'online'),
    turns: NAMES.map((name) => turnsReported(platform, IDS[name], kill)),
  };
}

function lastHeartbeat(platform: FakePlatform, id: string): Readonly<Record<string, unknown>> | undefined {
  return platform.of('/registry/heartbeat').findLast(({ body }) => body['workspace_id'] === id)?.body;
}

interface ListedDelegation {
  readonly status: string;
  readonly response_preview?: string;
}

function listOf(platform: FakePlatform): readonly ListedDelegation[] {
  return platform.delegations.list(IDS.boss).body as readonly ListedDelegation[];
}

/** What the team view shows as answers of peers. */
function answersOf(platform: FakePlatform, kill: string): readonly string[] {
  const sent = platform.activities.rows.filter(({ activity_type }) => activity_type === 'a2a_send');
  return sent.map(({ response_body }) => answerIn(response_body)).filter((text) => text.endsWith(kill));
}

/** The reports of ended turns in whose answer this kill is. */
function turnsReported(platform: FakePlatform, id: string, kill: string): number {
  const own = platform.activities.rows.filter(({ workspace_id, method }) => workspace_id === id && method === 'task');
  return own.filter(({ response_body }) => answerIn(response_body).includes(kill)).length;
}
