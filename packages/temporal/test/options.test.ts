import { silentLogger } from '@molecule/adapters';
import { describe, expect, test } from 'vitest';
import * as api from '../src/index.js';
import { splitAddress } from '../src/link/tcp-probe.js';
import { resolveSettings } from '../src/settings/settings.js';

const body: api.TaskBody = { run: async () => ({ finalText: '', success: true }) };
const options = { workspaceId: 'w', instanceId: 'i', body, logger: silentLogger };

describe('settings', () => {
  test('have the documented defaults', () => {
    expect(resolveSettings()).toMatchObject({
      heartbeatTimeoutMs: 5_000,
      startTimeoutMs: 1_000,
      patientStartTimeoutMs: 10_000,
    });
    expect(api.createWrapper(options).status()).toEqual({
      state: 'off',
      detail: 'not started',
      address: 'localhost:7233',
      namespace: 'default',
    });
  });

  test('that cannot work are all named at once', () => {
    const settings = { startTimeoutMs: 0, maxAttempts: 1.5, heartbeatIntervalMs: 9_000 };
    expect(() => api.createWrapper({ ...options, settings })).toThrow(
      /startTimeoutMs.*maxAttempts.*heartbeatIntervalMs \(9000\) must be below/,
    );
  });
});

test.each([
  ['localhost', { host: 'localhost', port: 7233 }],
  ['temporal.example:7234', { host: 'temporal.example', port: 7234 }],
  ['[::1]:7233', { host: '::1', port: 7233 }],
])('the address %s is understood', (address, expected) => {
  expect(splitAddress(address)).toEqual(expected);
});

test('an address that is none is refused when the wrapper is made, not at the first task', () => {
  expect(() => api.createWrapper({ ...options, host: 'http://localhost:7233' })).toThrow(/must be host:port/);
});

test('getWrapper finds the wrapper of a workspace, and the only one without an id', () => {
  const first = api.createWrapper({ ...options, workspaceId: 'first' });
  expect(api.getWrapper('first')).toBe(first);
  expect(api.getWrapper('unknown')).toBeUndefined();
});

describe('the environment', () => {
  test('is read as Temporal’s own tools read it, and TEMPORAL_HOST wins', () => {
    const environment = {
      TEMPORAL_HOST: 'here:1',
      TEMPORAL_ADDRESS: 'there:2',
      TEMPORAL_NAMESPACE: 'ns',
      TEMPORAL_API_KEY: 'key',
    };
    expect(api.readTemporalEnvironment(environment)).toEqual({
      host: 'here:1',
      namespace: 'ns',
      connection: { tls: true, apiKey: 'key' },
    });
  });

  test('that says nothing leaves the defaults to the wrapper', () => {
    expect(api.readTemporalEnvironment({ TEMPORAL_ADDRESS: '' }).connection).toEqual({});
  });
});

test('every exported error has a stable code that does not depend on the copy of the package', () => {
  const errors = [
    new api.TurnHandedOver(),
    new api.CancelNotDelivered('task', 'away'),
    new api.EncryptionKeyError('ENCRYPTION_KEY_UNKNOWN', 'x'),
    api.TemporalAccessError.namespaceNotFound('here:1', 'ns', undefined),
    new api.TemporalCliError('TEMPORAL_CLI_NOT_FOUND', 'x'),
  ];
  const exported = Object.entries(api).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
  );
  expect(errors.map((error) => error.name).sort()).toEqual(exported.map(([name]) => name).sort());
  for (const error of errors) expect(error.code).toMatch(/^[A-Z][A-Z_]+$/);
});
