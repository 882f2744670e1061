import type { Task } from '@a2a-js/sdk';
import type { InputRequest, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { ExpiredQuestions } from '../../../src/execution/expiry/expired-questions.js';
import { questionEvent } from '../../../src/tasks/events/question-event.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { pendingInput } from '../../../src/tasks/open-question.js';
import { answerOf, connect, data, failureOf, getTask, send, stateOf, textOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { addTask, claim, existing, logFile } from '../../tasks/log/open-log.js';
import { holdLock } from '../../tasks/storage/hold-lock.js';

const CHOICES = [
  { id: 'yes', label: 'Allow it' },
  { id: 'no', label: 'Refuse it' },
];

const soon = (ms = 0) => new Date(Date.now() + ms).toISOString();
const asking = (first: InputRequest, ...also: InputRequest[]) =>
  play({ event: { type: 'input-required', ...first, also } satisfies TurnEvent });
const approval = (requestId: string, more: Partial<InputRequest> = {}): InputRequest => ({
  requestId,
  request: 'approval',
  prompt: `May I ${requestId}?`,
  choices: CHOICES,
  ...more,
});

async function inState(client: Awaited<ReturnType<typeof connect>>, taskId: string, state: string): Promise<Task> {
  return until(`the task is ${state}`, async () => {
    const task = await getTask(client, taskId);
    return stateOf(task) === state ? task : undefined;
  });
}

it('a question that nobody answers in time is answered as its engine has said', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const expiring = { expiresAt: soon(), otherwise: { choice: 'no' } };
  const asked = await send(client, asking(approval('send', expiring)));
  const details = asked.status?.message?.parts[1]?.content?.value;
  expect(details).toMatchObject({ requestId: 'send', ...expiring });
  const done = await inState(client, asked.id, 'completed');
  expect(answerOf(done)).toBe('answered: no');
  const turn = turns[1]?.turn;
  expect(turn).toMatchObject({ kind: 'answer', requestId: 'send', choice: 'no', text: 'Refuse it', expired: true });
  expect(turn?.kind === 'answer' && turn.answers?.[0]?.expired).toBe(true);
});

it('a task whose question has no such answer fails', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, asking(approval('send', { expiresAt: soon() })));
  const failed = await inState(client, asked.id, 'failed');
  expect(failureOf(failed)).toBe('QUESTION_EXPIRED');
});

it('of several requests one may expire while others wait, and an answer in time counts', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(
    client,
    asking(
      approval('send', { expiresAt: soon(), otherwise: { choice: 'no' } }),
      approval('delete'),
      approval('print', { expiresAt: soon(600_000), otherwise: { choice: 'no' } }),
    ),
  );
  const rest = await until('one has expired', async () => {
    const now = await getTask(client, asked.id);
    return textOf(now.status?.message?.parts ?? []).includes('send') ? undefined : now;
  });
  expect([stateOf(rest), textOf(rest.status?.message?.parts ?? [])]).toEqual([
    'input_required',
    '1. May I delete?\n2. May I print?',
  ]);
  const answers = ['delete', 'print'].map((requestId) => ({ requestId, choice: 'yes' }));
  const done = await send(client, '', { taskId: asked.id, parts: [data({ answers })] });
  expect(answerOf(done)).toBe('answered: no, yes, yes');
});

/** A task whose question has expired. `stored` is as an older version may have stored it. */
async function expiredTask(log: TaskLog, second: number, stored: object = {}): Promise<string> {
  const { taskId } = await addTask(log);
  const head = await existing(log, taskId);
  const request = approval('send', { expiresAt: new Date(1_000 * second).toISOString() });
  const pending = pendingInput([{ ...request, ...stored }]);
  const result = { kind: 'input-required', prompt: '?' } as const;
  const writer = await claim(log, head);
  await writer?.finish([questionEvent(head, [request])], { result, ...(pending && { pending }) });
  return taskId;
}

/** Looks at the questions of a log, as a process does in which no turn begins. */
function lookAt(log: TaskLog) {
  const { logger, lines } = recordingLogger();
  const unused = {} as never;
  const workspace = { id: 'w', model: '' };
  const expired = new ExpiredQuestions({ log, runner: unused, dispatcher: unused, workspace, logger });
  expired.start();
  return { expired, lines };
}

it('a question that cannot be answered does not keep the later ones waiting', async () => {
  await using file = await logFile();
  const log = await file.open();
  const broken = await expiredTask(log, 1, { choices: null, otherwise: { choice: 'no' } });
  const later = await expiredTask(log, 2);
  const { expired, lines } = lookAt(log);
  await until('the later one has failed', async () => (await existing(log, later)).terminal);
  await expired.stop();
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { taskId: broken } }]);
  // It is looked at again, but not at once.
  expect((await log.expiries.due(Date.now())).map(({ taskId }) => taskId)).not.toContain(broken);
});

it('a stop does not wait for the lock of another process because a question has expired', async () => {
  await using file = await logFile();
  const log = await file.open();
  const taskId = await expiredTask(log, 1);
  await using _lock = await holdLock(file.file);
  const { expired } = lookAt(log);
  await until('it has tried', () => log.trouble !== undefined);
  await expired.stop();
  expect((await existing(log, taskId)).terminal).toBe(false);
});
