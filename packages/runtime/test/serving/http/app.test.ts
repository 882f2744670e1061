import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@molecule/adapters';
import type { Response } from 'express';
import { expect, it } from 'vitest';
import { Extensions } from '../../../src/serving/a2a/card/extensions.js';
import { AccessControl } from '../../../src/serving/access/access-control.js';
import { type AppOptions, createApp } from '../../../src/serving/http/app.js';
import { extensionsOf } from '../../../src/serving/http/guards/negotiate-extensions.js';
import { keySetRoute } from '../../../src/serving/http/routes/key-set-route.js';
import { AllowedHosts } from '../../../src/support/network/allowed-hosts.js';
import { StorageError } from '../../../src/tasks/storage/storage-error.js';

const away = async (): Promise<never> => {
  throw new StorageError('STORAGE_UNAVAILABLE', 'the database does not answer');
};

it.each(['/.well-known/jwks.json', '/transcript', '/files/a-task/a-digest'])(
  'says 503 and when to come back while the store is away: %s',
  async (path) => {
    const options = {
      requestHandler: {},
      access: new AccessControl({ tokens: [], logger: silentLogger }),
      hosts: new AllowedHosts({ host: '127.0.0.1', allowedHosts: [], corsOrigins: [] }),
      settings: { basePath: '', maxBodyBytes: 1_000, corsOrigins: [], allowedHosts: [] },
      card: { cards: { extensions: new Extensions([], true) }, signer: {} },
      health: { readiness: away, isStopping: () => false },
      routes: { keys: keySetRoute({ jwks: away }), transcript: away, files: away },
      logger: silentLogger,
    };
    const server = createServer(createApp(options as unknown as AppOptions));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'a2a-version': '1.0' } });
    server.close();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(response.headers.get('cache-control')).toBeNull();
    expect(await response.json()).toMatchObject({
      error: { code: 503, status: 'UNAVAILABLE', details: [{ metadata: { code: 'STORAGE_UNAVAILABLE' } }, {}] },
    });
  },
);

it('does not take extensions that were never negotiated for none', () => {
  expect(() => extensionsOf({ locals: {} } as Response)).toThrow(TypeError);
});
