import { once } from 'node:events';
import { Agent, type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasOpenssl, makeAuthority, type TestAuthority, type TestCertificate } from '../../support/certificates.js';
import { AUDIENCE, type OidcServer, startOidcServer } from '../../support/oidc-server.js';
import { type PlayAdapter, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, wireMessage } from '../../support/wire.js';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

describe.skipIf(!hasOpenssl)('a server with TLS', () => {
  const token = 'ann-token-0123456789';
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let server: TestCertificate;
  let ann: TestCertificate;
  let issuer: OidcServer;
  let played: PlayAdapter;
  let runtime: TestRuntime;

  beforeAll(async () => {
    [authority, stranger, issuer] = await Promise.all([makeAuthority(), makeAuthority(), startOidcServer()]);
    server = await authority.issue('/CN=localhost', ['DNS:localhost', 'IP:127.0.0.1'], 'serverAuth');
    ann = await authority.issue('/O=Test/CN=ann', ['URI:spiffe://test/ann', 'DNS:ann.test']);
    played = playAdapter();
    runtime = await start(played);
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    for (const each of [authority, stranger, issuer]) await each[Symbol.asyncDispose]();
  });

  function start(adapter: PlayAdapter, environment: Readonly<Record<string, string>> = {}) {
    return startTestRuntime({
      adapter: adapter.adapter,
      environment: {
        MOLECULE_TLS_CERT_FILE: server.certFile,
        MOLECULE_TLS_KEY_FILE: server.keyFile,
        MOLECULE_TLS_CLIENT_CA_FILE: authority.certFile,
        MOLECULE_TOKENS: `ann:${token}`,
        MOLECULE_OIDC_ISSUER: issuer.issuer,
        MOLECULE_OIDC_AUDIENCE: AUDIENCE,
        ...environment,
      },
    });
  }

  const listTasks = (url: string, options: RequestOptions = {}) => call(`${url}/tasks`, authority.cert, options);
  const bearer = (value: string) => ({ headers: { 'a2a-version': '1.0', authorization: `Bearer ${value}` } });

  async function ownerWith(certificate: TestCertificate, environment: Readonly<Record<string, string>>) {
    const adapter = playAdapter();
    await using own = await start(adapter, environment);
    const reply = await call(`${own.url}/message:send`, authority.cert, { ...certificate, method: 'POST' });
    const reason = own.logs.findLast(({ message }) => message === 'a caller was refused')?.fields['reason'];
    return reply.status === 200 ? adapter.turns[0]?.turn.owner : reason;
  }

  it('serves its card and its health to everybody, over HTTPS only', async () => {
    expect(runtime.url).toMatch(/^https:/);
    for (const path of ['/.well-known/agent-card.json', '/healthz', '/readyz']) {
      expect((await call(`${runtime.url}${path}`, authority.cert)).status).toBe(200);
    }
    await expect(fetch(`${runtime.url.replace('https:', 'http:')}/healthz`)).rejects.toThrow();
  });

  it('knows a caller by its certificate', async () => {
    expect((await listTasks(runtime.url, { cert: ann.cert, key: ann.key })).status).toBe(200);
    const reply = await call(`${runtime.url}/message:send`, authority.cert, {
      cert: ann.cert,
      key: ann.key,
      method: 'POST',
    });
    expect(reply.status).toBe(200);
    expect(played.turns.at(-1)?.turn.owner).toBe('mtls:subject=O=Test,CN=ann');
  });

  it('refuses a caller without, with a foreign, and with a certificate for servers', async () => {
    const foreign = await stranger.issue('/O=Test/CN=ann');
    for (const certificate of [{}, foreign, server]) {
      const { status, body } = await listTasks(runtime.url, certificate);
      expect(status).toBe(401);
      expect(codeIn(body)).toBe('UNAUTHENTICATED');
    }
    const reasons = runtime.logs.filter(({ message }) => message === 'a caller was refused');
    expect(reasons.map(({ fields }) => fields['reason'])).toEqual([
      'no-credentials',
      'certificate-not-trusted',
      'certificate-not-trusted',
    ]);
  });

  it('judges a caller with a token by its token', async () => {
    const certificate = { cert: ann.cert, key: ann.key };
    expect((await listTasks(runtime.url, bearer(token))).status).toBe(200);
    expect((await listTasks(runtime.url, { ...certificate, ...bearer('wrong-token-0123456789') })).status).toBe(401);
  });

  it('accepts a token that is bound to a certificate from its holder only', async () => {
    const { X509Certificate, createHash } = await import('node:crypto');
    const { raw } = new X509Certificate(ann.cert);
    const bound = issuer.forge({ cnf: { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') } });
    const bob = await authority.issue('/O=Test/CN=bob');
    const statusWith = async (certificate: object) =>
      (await listTasks(runtime.url, { ...certificate, ...bearer(bound) })).status;
    expect(await statusWith({ cert: ann.cert, key: ann.key })).toBe(200);
    expect(await statusWith({ cert: bob.cert, key: bob.key })).toBe(401);
    expect(await statusWith({})).toBe(401);
  });

  it('reads a certificate once for a connection', async () => {
    const reads = vi.spyOn(TLSSocket.prototype, 'getPeerX509Certificate');
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert, cert: ann.cert, key: ann.key });
    for (let time = 0; time < 2; time++) expect((await listTasks(runtime.url, { agent })).status).toBe(200);
    agent.destroy();
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
  });

  it('refuses a page of another origin that a browser gives its certificate', async () => {
    const headers = { 'a2a-version': '1.0', origin: 'https://evil.example.com' };
    const { status, body } = await listTasks(runtime.url, { cert: ann.cert, key: ann.key, headers });
    expect(status).toBe(403);
    expect(codeIn(body)).toBe('ORIGIN_NOT_ALLOWED');
  });

  it.each([
    ['cn', '/O=Test/CN=ann', [], 'mtls:cn=ann'],
    ['uri', '/CN=x', ['URI:spiffe://test/ann', 'DNS:ann.test'], 'mtls:uri=spiffe://test/ann'],
    ['dns', '/CN=x', ['URI:spiffe://test/ann', 'DNS:ann.test'], 'mtls:dns=ann.test'],
    ['email', '/CN=x', ['email:ann@test.example'], 'mtls:email=ann@test.example'],
    ['uri', '/CN=x', ['URI:spiffe://test/ann', 'URI:spiffe://test/bob'], 'several-names-in-certificate'],
    ['cn', '/CN=ann/CN=bob', [], 'several-names-in-certificate'],
    ['uri', '/CN=spiffe:\\/\\/test\\/ann', ['DNS:x'], 'no-name-in-certificate'],
  ] as const)('the owner is the %s of %s %j: %s', async (kind, subject, names, expected) => {
    const certificate = await authority.issue(subject, names);
    expect(await ownerWith(certificate, { MOLECULE_TLS_CLIENT_OWNER: kind })).toBe(expected);
  });

  it('limits callers with a certificate to the scopes that are configured', async () => {
    await using own = await start(playAdapter(), { MOLECULE_TLS_CLIENT_SCOPES: 'read' });
    const certificate = { cert: ann.cert, key: ann.key };
    expect((await listTasks(own.url, certificate)).status).toBe(200);
    const reply = await call(`${own.url}/message:send`, authority.cert, { ...certificate, method: 'POST' });
    expect([reply.status, codeIn(reply.body)]).toEqual([403, 'INSUFFICIENT_SCOPE']);
  });

  it('says on its card exactly what it enforces, in the shapes of both versions', async () => {
    const { body } = await call(`${runtime.url}/.well-known/agent-card.json`, authority.cert);
    const openIdConnectUrl = `${issuer.issuer}/.well-known/openid-configuration`;
    expect(body).toMatchObject({
      securitySchemes: {
        bearer: { type: 'http', scheme: 'Bearer', httpAuthSecurityScheme: { scheme: 'Bearer' } },
        oidc: { type: 'openIdConnect', openIdConnectUrl, openIdConnectSecurityScheme: { openIdConnectUrl } },
        mtls: { type: 'mutualTLS', mtlsSecurityScheme: {} },
      },
      security: [{ bearer: [] }, { oidc: [] }, { mtls: [] }],
      skills: [{ security: [{ bearer: [] }, { oidc: ['send'] }, { mtls: [] }] }],
    });
    expect(JSON.stringify(body)).not.toContain('securityRequirements');
  });

  it('stops while a client connects and says nothing, before that client has used up its time', async () => {
    const own = await start(playAdapter());
    const silent = connect(Number(new URL(own.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    let hasStopped = false;
    const stopping = own[Symbol.asyncDispose]().then(() => {
      hasStopped = true;
    });
    await until('the server to stop', () => hasStopped, 20_000);
    await Promise.all([stopping, ended]);
  });
});

describe.skipIf(!hasOpenssl)('the files of TLS', () => {
  it('are checked before the start', async () => {
    await using authority = await makeAuthority();
    const [one, other] = [await authority.issue('/CN=one'), await authority.issue('/CN=two')];
    const problemWith = async (environment: Readonly<Record<string, string>>) => {
      const error: unknown = await startTestRuntime({ adapter: playAdapter().adapter, environment }).catch((e) => e);
      return (error as Error).message;
    };
    const files = { MOLECULE_TLS_CERT_FILE: one.certFile, MOLECULE_TLS_KEY_FILE: one.keyFile };
    expect(await problemWith({ MOLECULE_TLS_CERT_FILE: one.certFile })).toContain('MOLECULE_TLS_KEY_FILE');
    expect(await problemWith({ MOLECULE_TLS_CLIENT_CA_FILE: one.certFile })).toContain('MOLECULE_TLS_CERT_FILE');
    expect(await problemWith({ ...files, MOLECULE_TLS_KEY_FILE: other.keyFile })).toContain('MOLECULE_TLS_CERT_FILE');
    expect(await problemWith({ ...files, MOLECULE_TLS_KEY_FILE: `${one.keyFile}.gone` })).toContain('ENOENT');
    expect(await problemWith({ ...files, MOLECULE_TLS_CLIENT_CA_FILE: one.keyFile })).toContain(
      'MOLECULE_TLS_CLIENT_CA_FILE',
    );
  });
});

/** A request as a client sends it that trusts the authority. A POST sends a message. */
function call(url: string, ca: string, { headers, agent = false, ...options }: RequestOptions = {}): Promise<Reply> {
  const { cert, key, method = 'GET' } = options as RequestOptions & { readonly cert?: string; readonly key?: string };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        ca,
        agent,
        ...(cert !== undefined && { cert, key }),
        headers: { 'a2a-version': '1.0', 'content-type': 'application/json', ...(headers as Record<string, string>) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(method === 'POST' ? JSON.stringify(wireMessage('hello')) : undefined);
  });
}
