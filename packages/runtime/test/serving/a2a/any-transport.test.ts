import { Role, type SendMessageRequest, TaskState } from '@a2a-js/sdk';
import { silentLogger } from '@molecule/adapters';
import { afterEach, expect, it } from 'vitest';
import { MessageAcceptor } from '../../../src/execution/intake/message-acceptor.js';
import { MessageFiles } from '../../../src/execution/intake/message-files.js';
import { DirectDispatcher } from '../../../src/execution/turns/direct-dispatcher.js';
import { type Caller, callContext } from '../../../src/serving/a2a/caller.js';
import { AgentCards } from '../../../src/serving/a2a/card/agent-cards.js';
import { Extensions } from '../../../src/serving/a2a/card/extensions.js';
import type { ClientStream } from '../../../src/serving/a2a/client-stream.js';
import type { NumberedEvent, NumberedEvents, NumberedRequestHandler } from '../../../src/serving/a2a/numbered-event.js';
import { PushOperations } from '../../../src/serving/a2a/push/push-operations.js';
import { MoleculeRequestHandler } from '../../../src/serving/a2a/request-handler.js';
import { ResponseBound } from '../../../src/serving/a2a/response-bound.js';
import { ShownFiles } from '../../../src/serving/a2a/shown-files.js';
import { TaskWatcher } from '../../../src/serving/a2a/task-watcher.js';
import { guardedHandler } from '../../../src/serving/sdk/guarded-handler.js';
import { ALL_SCOPES } from '../../../src/settings/environment/scopes.js';
import { AllowedTargets } from '../../../src/support/network/guarded/allowed-targets.js';
import { bareRunner } from '../../support/bare-runner.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { until } from '../../support/until.js';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

it('a transport without HTTP gets a whole stream, each event with its number', async () => {
  const { handler } = await serve();
  const events = await all(handler.sendMessageStream(message(play({ say: 'hello' })), context({})));
  expect(events.map(({ seq }) => seq)).toEqual([...events.map(({ seq }) => seq)].sort((a, b) => a - b));
  expect(events.at(0)).toMatchObject({ seq: 0, payload: { $case: 'task' } });
  expect(events.at(-1)?.payload).toMatchObject({
    $case: 'task',
    value: { status: { state: TaskState.TASK_STATE_COMPLETED }, artifacts: [{ artifactId: 'answer-1' }] },
  });
});

it('a returning client of it names its last event, and gets the events after it', async () => {
  const { handler } = await serve();
  const events = await all(handler.sendMessageStream(message(play({ say: 'hello' })), context({})));
  const id = idIn(events[0]);
  const seen = events[1]?.seq ?? 0;
  const missed = await all(handler.resubscribe({ id, tenant: '' }, context({ lastEventId: seen })));
  expect(missed).toEqual(events.filter(({ seq }) => seq > seen));
});

it('it pauses a stream while its client does not read, and ends it when the client leaves', async () => {
  const { handler } = await serve();
  const controller = new AbortController();
  let read = () => {};
  const drained = new Promise<void>((resolve) => {
    read = resolve;
  });
  const client = { signal: controller.signal, lastEventId: undefined, drained: () => drained };
  const events = handler.sendMessageStream(message(play({ say: 'hello' })), context(client));
  const id = idIn((await events.next()).value ?? undefined);
  let settled = false;
  const next = events.next().finally(() => {
    settled = true;
  });
  await until('the task is over', async () => {
    const { status } = await handler.getTask({ id, tenant: '' }, context({}));
    return status?.state === TaskState.TASK_STATE_COMPLETED;
  });
  expect(settled).toBe(false);
  read();
  expect((await next).value).toMatchObject({ payload: { $case: 'statusUpdate' } });
  controller.abort();
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

it('its callers receive only tasks of their owner and errors of the protocol', async () => {
  const { handler } = await serve();
  const [first] = await all(handler.sendMessageStream(message('hello'), context({})));
  const id = idIn(first);
  expect(await handler.getTask({ id, tenant: '' }, context({}))).toMatchObject({ id });
  const stranger = callContext({ ...CALLER, owner: 'somebody-else' }, '1.0');
  await expect(handler.getTask({ id, tenant: '' }, stranger)).rejects.toMatchObject({
    metadata: { code: 'TASK_NOT_FOUND' },
  });
});

const NEVER: ClientStream = {
  signal: new AbortController().signal,
  lastEventId: undefined,
  drained: async () => undefined,
};

const CALLER: Caller = {
  owner: 'ann',
  userName: 'ann',
  scopes: ALL_SCOPES,
  isAuthenticated: true,
  traceparent: undefined,
  namesVersion: true,
  extensions: new Extensions([], true).negotiate(undefined),
  client: NEVER,
  files: { acceptsUrls: false },
};

function context(client: Partial<ClientStream>) {
  return callContext({ ...CALLER, client: { ...NEVER, ...client } }, '1.0');
}

async function serve(): Promise<{ readonly handler: NumberedRequestHandler }> {
  const { engine } = playAdapter();
  const bare = await bareRunner(engine);
  opened.push(bare);
  const { log, blobs, runner } = bare;
  const dispatcher = new DirectDispatcher(runner, log, silentLogger);
  const acceptor = new MessageAcceptor({
    log,
    runner,
    dispatcher,
    workspace: { id: 'test', model: '', identity: { agentName: 'test', engine: 'test' } },
    files: new MessageFiles({ mostFiles: 1, mostBytes: 1_000 }, blobs),
    logger: silentLogger,
  });
  const cards = new AgentCards({
    name: 'test',
    description: '',
    version: '1.0.0',
    url: () => 'memory:',
    streaming: true,
    access: { tokens: true, issuers: [], certificates: false },
    extensions: new Extensions([], true),
    workspaceId: 'test',
    pushNotifications: true,
    skills: () => [],
    sign: async (card) => card,
    engine: { name: 'Test', model: '' },
  });
  const watcher = new TaskWatcher(log);
  const files = new ShownFiles({ blobs, inlineBytes: 1_000, url: () => 'memory:' });
  const bound = new ResponseBound(1_000_000);
  const turns = { acceptor, dispatcher };
  const push = new PushOperations({ log, enabled: true, targets: new AllowedTargets([]) });
  const options = { cards, log, turns, push, watcher, files, bound, plainReplies: false };
  const handler = new MoleculeRequestHandler(options);
  return { handler: guardedHandler(handler, silentLogger) };
}

function message(text: string): SendMessageRequest {
  return {
    tenant: '',
    message: {
      messageId: crypto.randomUUID(),
      contextId: '',
      taskId: '',
      role: Role.ROLE_USER,
      parts: [{ content: { $case: 'text', value: text }, metadata: undefined, filename: '', mediaType: 'text/plain' }],
      metadata: undefined,
      extensions: [],
      referenceTaskIds: [],
    },
    configuration: undefined,
    metadata: undefined,
  };
}

async function all(events: NumberedEvents): Promise<NumberedEvent[]> {
  const found: NumberedEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

function idIn(event: NumberedEvent | undefined): string {
  if (event?.payload?.$case !== 'task') throw new Error('The first event is no task.');
  return event.payload.value.id;
}
