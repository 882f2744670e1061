import { expect, it } from 'vitest';
import { TestClient } from '../../src/testing/test-client.js';
import { startConsoleRuntime } from '../support/console-package.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { codeIn } from '../support/wire.js';

const ANN = '0123456789abcdef-of-ann';
const BOB = '0123456789abcdef-of-bob';
const BOSS = '0123456789abcdef-of-boss';

function using(inputTokens: number, costUsd: number) {
  return { event: { type: 'usage', inputTokens, outputTokens: 3, costUsd, model: 'small' } } as const;
}

it('says what a task has used over its attempts, and what each day cost by owner and model', async () => {
  const environment = {
    MOLECULE_TOKENS: `ann[read send]:${ANN},bob[read send]:${BOB},boss[admin]:${BOSS}`,
    MOLECULE_RETRY_INITIAL: '1ms',
  };
  const { adapter } = playAdapter({ repeatableTurns: true });
  await using started = await startConsoleRuntime({ adapter, environment });
  const of = (token: string) => new TestClient(started.runtime.url, token);
  const ann = await of(ANN).send(play(using(10, 0.5), { fail: 'unavailable', onAttempts: [1] }, { say: 'done' }));
  await of(ANN).send(play(using(1, 0.25), { say: 'done' }));
  await of(BOB).send(play(using(5, 0), { say: 'done' }));
  const { tasks } = await started.get<{ tasks: readonly { id: string; usage?: object }[] }>('tasks', ANN);
  expect(tasks.find(({ id }) => id === ann.id)).toMatchObject({
    attempt: 2,
    usage: { inputTokens: 20, outputTokens: 6, costUsd: 1, model: 'small' },
  });
  const day = new Date().toISOString().slice(0, 10);
  const ofAnn = {
    day,
    owner: 'ann',
    model: 'small',
    inputTokens: 21,
    outputTokens: 9,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    costUsd: 1.25,
    turns: 2,
  };
  const ofBob = { ...ofAnn, owner: 'bob', inputTokens: 5, outputTokens: 3, costUsd: 0, turns: 1 };
  expect(await started.get('usage', ANN)).toEqual({ rows: [ofAnn] });
  expect(await started.get(`usage?from=${day}&to=${day}&owner=*`, BOSS)).toEqual({ rows: [ofAnn, ofBob] });
  expect(await started.get('usage?from=2020-01-01&to=2020-12-31', ANN)).toEqual({ rows: [] });
  for (const query of ['from=yesterday', 'tz=900', 'to=2026-02-31x']) {
    const refused = await fetch(`${started.api}/usage?${query}`, { headers: { authorization: `Bearer ${ANN}` } });
    expect([query, refused.status, codeIn(await refused.json())]).toEqual([query, 400, 'PARAMETER_INVALID']);
  }
  const refused = await fetch(`${started.api}/usage?owner=bob`, { headers: { authorization: `Bearer ${ANN}` } });
  expect(refused.status).toBe(403);
});
