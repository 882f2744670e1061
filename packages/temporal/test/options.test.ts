import { silentLogger } from '@molecule/adapters';
import { describe, expect, test } from 'vitest';
import { splitAddress } from '../src/client/tcp-probe.js';
import * as api from '../src/index.js';
import { resolveSettings } from '../src/settings/settings.js';

const body: api.TurnBody = { run: async () => ({ finalText: '', success: true }) };
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

  test('that are invalid are all named in one error', () => {
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
])('the address %s is parsed', (address, expected) => {
  expect(splitAddress(address)).toEqual(expected);
});

test('an invalid address is refused when the wrapper is created, not at the first task', () => {
  expect(() => api.createWrapper({ ...options, server: { host: 'http://localhost:7233' } })).toThrow(
    /must be host:port/,
  );
});

describe('the environment', () => {
  test('is read as by Temporal’s own tools, and TEMPORAL_HOST takes precedence', () => {
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

  test('without Temporal variables leaves the defaults to the wrapper', () => {
    expect(api.readTemporalEnvironment({ TEMPORAL_ADDRESS: '' }).connection).toEqual({});
  });
});

test('every exported error has a stable code that does not depend on the copy of the package', () => {
  const errors = [
    new api.TurnHandedOverError(),
    new api.CancelNotDeliveredError('task', 'away'),
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
