import { expect, test } from 'vitest';
import { actingFor, actingForIn, delegationInLog } from '../../../src/execution/intake/acting-for.js';
import { connect, send } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { team } from './team-process.js';
import { calling, toolAdapter } from './tool-adapter.js';

const KEY = 'molecule.delegation.act';
const ALICE = 'alice-token-0123456789';
const MIDDLE = 'middle-token-0123456789';
const LAST = 'last-token-0123456789';

test('a delegated task says who asked at every step, and never carries a token of the caller', async () => {
  const engine = playAdapter();
  await using last = await startTestRuntime({
    adapter: engine.adapter,
    environment: { MOLECULE_TOKENS: `middle:${LAST}` },
  });
  await using middle = await startTestRuntime({
    adapter: toolAdapter().adapter,
    config: `name: Middle\nruntime: play\n${withToken(team(['last', last.url]))}`,
    environment: { WORKSPACE_ID: 'middle-id', MOLECULE_TOKENS: `first:${MIDDLE}`, PEER_TOKEN: LAST },
  });
  await using first = await startTestRuntime({
    adapter: toolAdapter().adapter,
    config: `name: First\nruntime: play\n${withToken(team(['middle', middle.url]))}`,
    environment: { WORKSPACE_ID: 'first-id', MOLECULE_TOKENS: `alice:${ALICE}`, PEER_TOKEN: MIDDLE },
  });
  const client = await connect(first.url, { token: ALICE });
  const inner = calling('delegate_task', { workspace_id: 'last', task: play({ say: 'done' }) });
  await send(client, calling('delegate_task', { workspace_id: 'middle', task: inner }));
  const told = accepted(last.logs);
  expect(told).toMatchObject({ from: 'middle', actsFor: 'alice', actors: ['middle-id', 'first', 'first-id'] });
  expect(accepted(middle.logs)).toMatchObject({ from: 'first', actsFor: 'alice', actors: ['first-id'] });
  const [turn] = engine.turns;
  expect(turn?.turn.owner).toBe('middle');
  expect(turn?.turn.metadata[KEY]).toEqual({
    sub: 'alice',
    act: { sub: 'middle-id', act: { sub: 'first', act: { sub: 'first-id' } } },
  });
  const everything = JSON.stringify([turn, middle.logs, last.logs]);
  for (const token of [ALICE, MIDDLE]) expect(everything).not.toContain(token);
});

test('what a sender says of it gives no rights, and other forms are ignored', async () => {
  for (const wrong of [
    null,
    'alice',
    {},
    { sub: 'alice' },
    { sub: '', act: { sub: 'a' } },
    { sub: 'a'.repeat(600), act: { sub: 'a' } },
  ]) {
    expect(actingForIn({ [KEY]: wrong } as never), JSON.stringify(wrong)).toBeUndefined();
  }
  const engine = playAdapter();
  await using agent = await startTestRuntime({
    adapter: engine.adapter,
    environment: { MOLECULE_TOKENS: `bob:${ALICE}` },
  });
  const claim = { [KEY]: { sub: 'alice', act: { sub: 'some-agent' } } };
  await send(await connect(agent.url, { token: ALICE }), 'hello', { metadata: claim });
  expect(engine.turns[0]?.turn.owner).toBe('bob');
  expect(accepted(agent.logs)).toMatchObject({ from: 'bob', actsFor: 'alice', actors: ['some-agent'] });
});

test('a chain is bounded', () => {
  let told = actingFor('agent', 'alice', undefined);
  for (let count = 0; count < 50; count += 1)
    told = actingForIn({ [KEY]: actingFor('agent', 'owner', told) } as never) ?? told;
  const { actors } = delegationInLog({ [KEY]: told } as never, 'owner');
  expect((actors as string[]).length).toBe(12);
  expect(told.sub).toBe('alice');
});

function withToken(config: string): string {
  return config.replaceAll(' }', ', token_env: PEER_TOKEN }');
}

function accepted(logs: readonly { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[]) {
  return logs.find(({ message }) => message === 'a message was accepted')?.fields;
}
