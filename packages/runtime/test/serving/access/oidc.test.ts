import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, getTask, send } from '../../support/a2a-client.js';
import { AUDIENCE, type OidcServer, startOidcServer } from '../../support/oidc-server.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

let issuer: OidcServer;
let other: OidcServer;
beforeAll(async () => {
  issuer = await startOidcServer();
  other = await startOidcServer();
});
afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

function start(environment: Readonly<Record<string, string>> = {}, played = playAdapter()) {
  return startTestRuntime({
    adapter: played.adapter,
    environment: { MOLECULE_OIDC_ISSUER: issuer.issuer, MOLECULE_OIDC_AUDIENCE: AUDIENCE, ...environment },
  });
}

async function status(url: string, token: string): Promise<number> {
  const headers = { 'a2a-version': '1.0', authorization: `Bearer ${token}` };
  return (await fetch(`${url}/tasks`, { headers })).status;
}

it('the tasks of a caller belong to its subject at its issuer, and to nobody else', async () => {
  const played = playAdapter();
  const own = 'ann-token-0123456789';
  const name = `oidc:${issuer.issuer}#ann`;
  await using runtime = await start(
    // Owners of tokens that are named as much like the subject as they can be.
    {
      MOLECULE_OIDC_ISSUER: `${issuer.issuer},${other.issuer}`,
      MOLECULE_TOKENS: `ann:${own},oidc:${own}x`,
    },
    played,
  );
  const tokens = [
    await issuer.token({ client: 'ann' }),
    await issuer.token({ client: 'bob' }),
    await other.token({ client: 'ann' }),
    own,
    `${own}x`,
    // The subject of the first one, and a context, could be taken for this one.
    issuer.forge({ sub: 'ann:c' }),
  ];
  const clients = await Promise.all(tokens.map((token) => connect(runtime.url, { token })));
  const ids: string[] = [];
  for (const [index, client] of clients.entries()) {
    ids.push((await send(client, `of ${index}`, { contextId: index === 0 ? 'c:d' : 'd' })).id);
  }
  for (const [index, client] of clients.entries()) {
    for (const [task, id] of ids.entries()) {
      const seen = await getTask(client, id).then(
        () => true,
        () => false,
      );
      expect(seen, `caller ${index}, task ${task}`).toBe(index === task);
    }
  }
  expect(played.turns.map(({ turn }) => turn.owner)[0]).toBe(name);
  expect(new Set(played.turns.map(({ turn }) => turn.owner)).size).toBe(tokens.length);
  expect(new Set(played.turns.map(({ turn }) => turn.contextId)).size).toBe(tokens.length);
  expect(new Set(played.turns.map(({ turn }) => turn.workDir)).size).toBe(tokens.length);
});

it('a token of a new key is accepted at once, and unknown keys are looked for once a minute', async () => {
  await using runtime = await start();
  expect(await status(runtime.url, await issuer.token())).toBe(200);
  issuer.rotate();
  const before = issuer.fetches.keys;
  expect(await status(runtime.url, await issuer.token())).toBe(200);
  expect(issuer.fetches.keys).toBe(before + 1);
  for (let count = 0; count < 20; count += 1) {
    expect(await status(runtime.url, issuer.forge({}, { kid: `unknown-${count}` }))).toBe(401);
  }
  expect(issuer.fetches.keys).toBe(before + 1);
});

it('an issuer that is down prevents neither the start nor, once its keys are known, any call', async () => {
  const first = await startOidcServer();
  await first[Symbol.asyncDispose]();
  await using runtime = await start({ MOLECULE_OIDC_ISSUER: first.issuer });
  await until('the failure to be logged', () =>
    runtime.logs.some(({ message }) => message === 'the keys of an issuer could not be fetched'),
  );
  expect(await status(runtime.url, first.forge())).toBe(401);
  expect(runtime.logs.some(({ fields }) => fields['reason'] === 'issuer-unavailable')).toBe(true);

  const second = await startOidcServer();
  await using warm = await start({ MOLECULE_OIDC_ISSUER: second.issuer });
  const token = await second.token();
  expect(await status(warm.url, token)).toBe(200);
  await second[Symbol.asyncDispose]();
  expect(await status(warm.url, token)).toBe(200);
});

it('owner and scopes come from the claims that are configured', async () => {
  const played = playAdapter();
  await using runtime = await start(
    {
      MOLECULE_OIDC_OWNER_CLAIM: 'email',
      MOLECULE_OIDC_SCOPE_CLAIMS: 'realm_access.roles',
      MOLECULE_OIDC_SCOPE_PREFIX: 'agent:',
    },
    played,
  );
  const email = 'ann@example.com';
  const roles = { realm_access: { roles: ['agent:send', 'read', 'other'] } };
  const token = issuer.forge({ email, email_verified: true, ...roles });
  await send(await connect(runtime.url, { token }), 'hello');
  expect(played.turns[0]?.turn.owner).toBe(`oidc:${issuer.issuer}#${email}`);
  expect(await status(runtime.url, token)).toBe(403);
  expect(await status(runtime.url, issuer.forge({ email, ...roles }))).toBe(401);
  expect(await status(runtime.url, issuer.forge(roles))).toBe(401);
  const reasons = runtime.logs
    .filter(({ message }) => message === 'a caller was refused')
    .map(({ fields }) => fields['reason']);
  expect(reasons).toEqual(['unverified-email', 'unverified-email']);
});

it('a token that names no scope of the agent may do what is configured: by default nothing', async () => {
  const nothing = { scope: 'openid profile' };
  await using strict = await start();
  expect(await status(strict.url, issuer.forge(nothing))).toBe(403);
  await using open = await start({ MOLECULE_OIDC_DEFAULT_SCOPES: 'read' });
  expect(await status(open.url, issuer.forge(nothing))).toBe(200);
});
