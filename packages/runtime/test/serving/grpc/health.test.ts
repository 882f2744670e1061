import { expect, it } from 'vitest';
import { healthDefinition } from '../../../src/serving/grpc/health/health-service.js';
import { ReadinessWatch } from '../../../src/serving/grpc/health/readiness-watch.js';
import { ManualClock } from '../../support/manual-clock.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { GrpcClient, refusalOf } from './grpc-client.js';

const [SERVING, NOT_SERVING, SERVICE_UNKNOWN] = [1, 2, 3];

it('the health service says what /readyz says, without a token, and tells a follower of the stop', async () => {
  const { adapter, gates, turns } = playAdapter();
  const environment = { MOLECULE_GRPC_PORT: '0', MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
  await using runtime = await startTestRuntime({ adapter, environment });
  using client = new GrpcClient(runtime.info.grpc?.address ?? '');
  const check = (service: string) => client.call(healthDefinition.check, { service });
  for (const service of ['', 'lf.a2a.v1.A2AService', 'a2a.v1.A2AService']) expect(await check(service)).toBe(SERVING);
  expect(await refusalOf(check('unknown'))).toMatchObject({ status: 'NOT_FOUND' });
  const unknown = client.stream(healthDefinition.watch, { service: 'unknown' });
  const told: number[] = [];
  const followed = client.stream(healthDefinition.watch, { service: '' });
  for (const stream of [unknown, followed]) stream.on('error', () => undefined);
  followed.on('data', (status: number) => told.push(status));
  unknown.on('data', (status: number) => told.push(status));
  await until('both are told', () => told.length === 2);
  expect([...told].sort()).toEqual([SERVING, SERVICE_UNKNOWN]);
  const headers = { authorization: 'Bearer ann-token-0123456789' };
  const sent = client.send(play({ gate: 'go' }), headers);
  await until('it runs', () => turns.length === 1);
  const stopped = runtime.shutdown(20_000);
  await until('the follower is told', () => told.at(-1) === NOT_SERVING);
  expect(await check('')).toBe(NOT_SERVING);
  gates.open('go');
  await Promise.all([sent, stopped]);
});

it('followers share the checks, and are told changes only', async () => {
  let [checks, isReady] = [0, true];
  const clock = new ManualClock();
  const watch = new ReadinessWatch(async () => {
    checks++;
    return isReady;
  }, clock);
  const told: string[] = [];
  const leave = [watch.follow((now) => told.push(`a ${now}`)), watch.follow((now) => told.push(`b ${now}`))];
  await clock.pass(4_000);
  isReady = false;
  await clock.pass(2_000);
  expect(told).toEqual(['a true', 'b true', 'a false', 'b false']);
  for (const each of leave) each();
  await clock.pass(10_000);
  expect(checks).toBe(4);
});
