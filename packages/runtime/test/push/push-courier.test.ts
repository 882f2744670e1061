import { silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SigningKeys } from '../../src/keys/signing-keys.js';
import { type CourierOptions, PushCourier } from '../../src/push/push-courier.js';
import { AllowedTargets } from '../../src/support/network/guarded/allowed-targets.js';
import type { PushConfig } from '../../src/tasks/log/push/push-config.js';
import type { TaskStore } from '../../src/tasks/task-store.js';
import { openWebhook, type Webhook } from '../support/webhook.js';
import { claim, existing, type LogFile, logFile, newTask } from '../tasks/log/open-log.js';

const DUTY = { signal: new AbortController().signal, isHeld: true };

let file: LogFile;
let store: TaskStore;
let webhook: Webhook;
beforeEach(async () => {
  file = await logFile();
  store = await file.openStore();
  webhook = await openWebhook();
});
afterEach(async () => {
  await webhook[Symbol.asyncDispose]();
  await file[Symbol.asyncDispose]();
});

function config(url: string): PushConfig {
  return { id: 'c', url, token: undefined, scheme: undefined, credentials: undefined, version: '1.0' };
}

/** Delivers what the first task is to be told, as long as it is accepted. Each task works, and that is to be told. */
async function deliver(urls: readonly string[], changed: Partial<CourierOptions> = {}): Promise<readonly string[]> {
  const { log } = store;
  for (const [index, url] of urls.entries()) {
    await log.create({ ...newTask(`t-${index}`), push: config(url) });
    await claim(log, await existing(log, `t-${index}`));
  }
  const outcomes: string[] = [];
  const courier = new PushCourier({
    log,
    notifier: { keys: new SigningKeys(store.keys), url: () => 'http://agent', keySetUrl: () => 'http://agent/keys' },
    targets: new AllowedTargets(['127.0.0.1', 'hooks.internal']),
    wholeTask: async () => undefined,
    onOutcome: (outcome) => outcomes.push(outcome),
    logger: silentLogger,
    ...changed,
  });
  const pending = (await log.push.deliveries.pending(10)).find(({ taskId }) => taskId === 't-0');
  if (!pending) throw new Error('Nothing is pending.');
  await courier.deliver(pending, DUTY);
  return outcomes;
}

/** The states of the configurations, the first task first. */
async function states(): Promise<readonly string[]> {
  const list = await store.log.push.list({}, 10);
  return list.toSorted((one, other) => one.taskId.localeCompare(other.taskId)).map(({ state }) => state);
}

it('a receiver that says that it is gone is told nothing more', async () => {
  webhook.answerWith(410);
  expect(await deliver([webhook.url])).toEqual(['disabled']);
  expect([await states(), await store.log.push.deliveries.pending(10)]).toEqual([['disabled'], []]);
});

it('a place that answers with a failure, or fails once it is connected, keeps nothing else waiting', async () => {
  webhook.answerWith(500);
  expect(await deliver([webhook.url, webhook.url])).toEqual(['failed']);
  expect(await states()).toEqual(['failing', 'due']);
});

it('a connection that fails after it was made keeps nothing else waiting', async () => {
  const noTls = webhook.url.replace('http:', 'https:');
  expect(await deliver([noTls, noTls])).toEqual(['failed']);
  expect(await states()).toEqual(['failing', 'due']);
});

it('everything that goes to a place that accepts no connection waits', async () => {
  const { url } = webhook;
  await webhook[Symbol.asyncDispose]();
  expect(await deliver([url, url])).toEqual(['failed']);
  expect(await states()).toEqual(['failing', 'failing']);
});

it.each([200, 410])(
  'a config that is replaced while its receiver answers %i is delivered to its new place',
  async (status) => {
    webhook.answerWith(status);
    await using other = await openWebhook();
    const url = `http://hooks.internal:${webhook.port}/`;
    const replace = async () => {
      await store.log.push.configs.put('ann', 't-0', config(other.url));
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await deliver([url], { resolve: replace });
    expect(webhook.received).toHaveLength(1);
    expect((await store.log.push.deliveries.pending(10)).map((pending) => pending.url)).toEqual([other.url]);
  },
);

it('a notification that cannot be made is a failure of its config', async () => {
  const notifier = {
    keys: new SigningKeys(store.keys),
    url: () => 'http://agent',
    keySetUrl: (): string => {
      throw new TypeError('nowhere');
    },
  };
  expect(await deliver([webhook.url, webhook.url], { notifier })).toEqual(['failed']);
  expect([await states(), webhook.received]).toEqual([['failing', 'due'], []]);
});
