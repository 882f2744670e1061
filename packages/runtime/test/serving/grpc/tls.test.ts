import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskState } from '@a2a-js/sdk';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { GrpcClient, METHODS, refusalOf } from './grpc-client.js';

/** Makes the certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let directory: string;
const file = (name: string) => join(directory, name);
const bytes = (name: string) => readFileSync(file(name));

beforeAll(() => {
  if (!hasOpenssl) return;
  directory = mkdtempSync(join(tmpdir(), 'molecule-grpc-tls-'));
  for (const name of ['server', 'client', 'other', 'stranger']) {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`],
        ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
      ],
      { stdio: 'ignore' },
    );
  }
});
afterAll(() => {
  if (hasOpenssl) rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!hasOpenssl)('with certificates', () => {
  const tls = () => ({
    MOLECULE_GRPC_PORT: '0',
    MOLECULE_TLS_CERT_FILE: file('server.pem'),
    MOLECULE_TLS_KEY_FILE: file('server.key'),
  });
  const send = (address: string | undefined, ...secret: Parameters<typeof credentials.createSsl>) => {
    const client = new GrpcClient(address ?? '', credentials.createSsl(...secret));
    return client.send('hello').finally(() => client[Symbol.dispose]());
  };

  it('encrypts as HTTP is encrypted, and refuses a client that does not', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment: tls() });
    const { grpc } = runtime.info;
    expect(grpc?.encrypted).toBe(true);
    expect((await send(grpc?.address, bytes('server.pem'))).status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    using plain = new GrpcClient(grpc?.address ?? '');
    expect(await refusalOf(plain.send('hello'))).toMatchObject({ status: 'UNAVAILABLE' });
  });

  it('the certificate of a client names its owner, who sees its own tasks only', async () => {
    const environment = { ...tls(), MOLECULE_TLS_CLIENT_CA_FILE: file('authorities.pem') };
    writeFileSync(file('authorities.pem'), Buffer.concat([bytes('client.pem'), bytes('other.pem')]));
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const { grpc } = runtime.info;
    const known = (name: string) => [bytes('server.pem'), bytes(`${name}.key`), bytes(`${name}.pem`)] as const;
    const { id } = await send(grpc?.address, ...known('client'));
    const get = async (name: string) => {
      using client = new GrpcClient(grpc?.address ?? '', credentials.createSsl(...known(name)));
      return await client.call(METHODS.getTask, { id, tenant: '', historyLength: undefined });
    };
    expect(await get('client')).toMatchObject({ id });
    expect(await refusalOf(get('other'))).toMatchObject({ status: 'NOT_FOUND' });
    for (const secret of [[], [bytes('stranger.key'), bytes('stranger.pem')]]) {
      const refused = refusalOf(send(grpc?.address, bytes('server.pem'), ...secret));
      expect(await refused).toMatchObject({ status: 'UNAUTHENTICATED', reason: 'UNAUTHENTICATED' });
    }
  });
});
