import { DatabaseSync } from 'node:sqlite';
import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { SigningKeys } from '../../src/keys/signing-keys.js';
import { PushCourier, type PushOutcome } from '../../src/push/push-courier.js';
import { PushSender } from '../../src/push/push-sender.js';
import { AllowedTargets } from '../../src/support/network/guarded/allowed-targets.js';
import type { PushConfig } from '../../src/tasks/log/push/push-config.js';
import type { TaskStore } from '../../src/tasks/task-store.js';
import { until } from '../support/until.js';
import { openWebhook, type Webhook } from '../support/webhook.js';
import { canceled, claim, completed, existing, logFile, newTask } from '../tasks/log/open-log.js';

/** A process that sends notifications, and what became of those that it has sent. */
function sends({ log, keys, duties, changes }: TaskStore): { sender: PushSender; outcomes: readonly PushOutcome[] } {
  const outcomes: PushOutcome[] = [];
  const courier = new PushCourier({
    log,
    notifier: { keys: new SigningKeys(keys), url: () => 'http://agent', keySetUrl: () => 'http://agent/keys' },
    targets: new AllowedTargets(['127.0.0.1']),
    wholeTask: async (taskId) => (await log.read.get(taskId))?.task,
    onOutcome: (outcome) => outcomes.push(outcome),
    logger: silentLogger,
  });
  const sender = new PushSender({ deliveries: log.push.deliveries, duties, changes, courier, logger: silentLogger });
  sender.start();
  return { sender, outcomes };
}

function configOf({ url }: Webhook): PushConfig {
  return { id: 'c', url, token: undefined, scheme: undefined, credentials: undefined, version: '1.0' };
}

/** The numbers of the notifications, in the order in which they came. */
function numbersOf({ received }: Webhook): readonly number[] {
  return received.map(({ headers }) => Number(headers['x-a2a-notification-sequence']));
}

it('if the process that delivers stops, another one delivers what is left, in order', async () => {
  await using file = await logFile();
  await using webhook = await openWebhook();
  const [here, there] = [await file.openStore(), await file.openStore()];
  await here.log.create({ ...newTask('t'), push: configOf(webhook) });
  const record = await existing(here.log, 't');
  const writer = await claim(here.log, record);
  const one = sends(here);
  await until('the beginning is told', () => one.outcomes.length === 1);
  const two = sends(there);
  webhook.answerWith(503);
  await writer?.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
  await until('the end is refused', () => one.outcomes.length === 2);
  await one.sender.stop();
  const before = one.outcomes.length;
  webhook.answerWith(200);
  await until('the end is told', () => two.outcomes.filter((outcome) => outcome === 'delivered').length === 2);
  await two.sender.stop();
  expect([one.outcomes[0], one.outcomes.length]).toEqual(['delivered', before]);
  expect([...new Set(numbersOf(webhook))]).toEqual([1, 2, 3]);
  expect(numbersOf(webhook)).toEqual(numbersOf(webhook).toSorted());
});

it('an end that a process without push notifications has written is told', async () => {
  await using file = await logFile();
  await using webhook = await openWebhook();
  const store = await file.openStore();
  const record = { ...newTask('t'), push: configOf(webhook) };
  await store.log.create(record);
  const older = (push: number) => {
    using database = new DatabaseSync(file.file, { timeout: 5_000 });
    database.exec(`update tasks set push = ${push}`);
  };
  older(0);
  await store.log.settle('t', canceled(await existing(store.log, 't')));
  older(1);
  expect(await store.log.push.deliveries.pending(10)).toEqual([]);
  const { sender, outcomes } = sends(store);
  await until('the end is told', () => outcomes.length === 1);
  await sender.stop();
  expect(webhook.received[0]?.json).toMatchObject({ task: { id: 't', status: { state: 'TASK_STATE_CANCELED' } } });
  expect((await store.log.push.list({}, 10)).map(({ state }) => state)).toEqual(['done']);
});
