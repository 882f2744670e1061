import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** The name of the agent at the issuer. */
export const AUDIENCE = 'urn:test:agent';

/** A key of an issuer, with its private half. */
export interface SigningKey {
  readonly id: string;
  readonly secret: KeyObject;
  readonly shared: KeyObject;
}

/** A real server of OpenID Connect on loopback. */
export interface OidcServer extends AsyncDisposable {
  readonly issuer: string;
  readonly port: number;
  /** The key with which it signs now. */
  readonly key: SigningKey;
  /** How often its keys were fetched. */
  readonly fetches: { keys: number };
  /** Replaces its keys. */
  rotate(): void;
  /** A token from its token endpoint. `sub` is the client. */
  token(options?: { readonly client?: string; readonly scope?: string; readonly audience?: string }): Promise<string>;
  /** A token that it would not issue, signed with its key. */
  forge(claims?: object, header?: object, key?: KeyObject): string;
  claims(): Record<string, unknown>;
}

const CLIENTS = ['ann', 'bob'];
const SECRET = 'the-secret-of-the-client-0123456789';

/** @param port default: any free one */
export async function startOidcServer(port = 0): Promise<OidcServer> {
  let handle: RequestListener = (_request, response) => response.end();
  const fetches = { keys: 0 };
  const server = createServer((request, response) => {
    if (request.url === '/jwks') fetches.keys += 1;
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  const issuer = `http://127.0.0.1:${bound}`;
  let key = newKey();
  const use = () => {
    handle = provider(issuer, key).callback();
  };
  use();
  const claims = () => {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: issuer, aud: AUDIENCE, sub: 'ann', scope: 'read send', iat: now, exp: now + 300 };
  };
  return {
    issuer,
    port: bound,
    fetches,
    get key() {
      return key;
    },
    rotate() {
      key = newKey();
      use();
    },
    async token({ client = 'ann', scope = 'read send cancel', audience = AUDIENCE } = {}) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
      });
      const answer = (await response.json()) as { readonly access_token?: string };
      if (answer.access_token === undefined) throw new Error(`No token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    claims,
    forge: (changed = {}, header = {}, secret = key.secret) =>
      signed({ alg: 'RS256', kid: key.id, typ: 'at+jwt', ...header }, { ...claims(), ...changed }, secret),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A token as its three parts are joined, whatever they say. */
export function signed(header: object, claims: unknown, secret: KeyObject): string {
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${body}.${sign('sha256', Buffer.from(body), secret).toString('base64url')}`;
}

export function newKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { id: crypto.randomUUID(), secret: privateKey, shared: publicKey };
}

function provider(issuer: string, { id, secret }: SigningKey): Provider {
  return new Provider(issuer, {
    clients: CLIENTS.map((client) => ({
      client_id: client,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    jwks: { keys: [{ ...secret.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' }] },
    scopes: ['read', 'send', 'cancel', 'admin'],
    ttl: { ClientCredentials: 300 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'read send cancel admin',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
}
