import { TLSSocket } from 'node:tls';
import { TaskState } from '@a2a-js/sdk';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasOpenssl, makeAuthority, type TestAuthority, type TestCertificate } from '../../support/certificates.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { GrpcClient, METHODS, refusalOf } from './grpc-client.js';

describe.skipIf(!hasOpenssl)('with certificates', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let server: TestCertificate;
  let runtime: TestRuntime;
  beforeAll(async () => {
    [authority, stranger] = await Promise.all([makeAuthority(), makeAuthority()]);
    server = await authority.issue('/CN=localhost', ['DNS:localhost', 'IP:127.0.0.1'], 'serverAuth');
    runtime = await startTestRuntime({
      adapter: playAdapter().adapter,
      environment: {
        MOLECULE_GRPC_PORT: '0',
        MOLECULE_TLS_CERT_FILE: server.certFile,
        MOLECULE_TLS_KEY_FILE: server.keyFile,
        MOLECULE_TLS_CLIENT_CA_FILE: authority.certFile,
      },
    });
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    for (const each of [authority, stranger]) await each[Symbol.asyncDispose]();
  });

  const clientWith = (own?: TestCertificate) => {
    const secret = own ? [Buffer.from(own.key), Buffer.from(own.cert)] : [];
    const channel = credentials.createSsl(Buffer.from(authority.cert), ...secret);
    return new GrpcClient(runtime.info.grpc?.address ?? '', channel);
  };
  const get = (client: GrpcClient, id: string) =>
    client.call(METHODS.getTask, { id, tenant: '', historyLength: undefined });

  it('encrypts as HTTP is encrypted, and refuses a client that does not', async () => {
    expect(runtime.info.grpc?.encrypted).toBe(true);
    using plain = new GrpcClient(runtime.info.grpc?.address ?? '');
    expect(await refusalOf(plain.send('hello'))).toMatchObject({ status: 'UNAVAILABLE' });
  });

  it('the certificate of a client, which is read once, names its owner, who sees its own tasks only', async () => {
    const reads = vi.spyOn(TLSSocket.prototype, 'getPeerX509Certificate');
    using ann = clientWith(await authority.issue('/CN=ann'));
    using bob = clientWith(await authority.issue('/CN=bob'));
    const { id, status } = await ann.send('hello');
    expect(status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(await get(ann, id)).toMatchObject({ id });
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
    expect(await refusalOf(get(bob, id))).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('refuses a client without, and one with a foreign certificate, and logs why', async () => {
    for (const own of [undefined, await stranger.issue('/CN=ann')]) {
      using client = clientWith(own);
      expect(await refusalOf(client.send('hello'))).toMatchObject({ status: 'UNAUTHENTICATED' });
    }
    const refused = runtime.logs.filter(({ message }) => message === 'a caller was refused');
    expect(refused.map(({ fields }) => fields['reason'])).toEqual(['no-credentials', 'certificate-not-trusted']);
  });
});
