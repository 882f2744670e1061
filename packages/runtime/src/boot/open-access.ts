import type { Logger } from '@molecule/adapters';
import type { OfferedAccess } from '../serving/a2a/card/card-security.js';
import { AccessControl } from '../serving/access/access-control.js';
import { ClientCertificates } from '../serving/access/certificates/client-certificates.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import type { Scopes } from '../settings/environment/scopes.js';

/** The owner of what comes through the platform, if the server asks who calls. */
export const PLATFORM = 'platform';
const OF_PLATFORM: Scopes = new Set(['read', 'send', 'cancel']);

/**
 * Who may call the agent. An issuer that does not answer prevents no start: its tokens are refused until it does.
 *
 * @param entry the secret of the platform's own way in
 */
export async function openAccess(
  { tokens, oidc, clientCertificates }: RuntimeSettings,
  entry: string | undefined,
  logger: Logger,
): Promise<AccessControl> {
  return new AccessControl({
    tokens: entry === undefined ? tokens : [...tokens, { owner: PLATFORM, token: entry, scopes: OF_PLATFORM }],
    issued: oidc && (await openIssued(oidc, logger)),
    certificates: clientCertificates && new ClientCertificates(clientCertificates),
    logger,
  });
}

/** What the agent card says of it. */
export function offeredAccess({ tokens, oidc, clientCertificates }: RuntimeSettings): OfferedAccess {
  const asks = oidc !== undefined && oidc.defaultScopes.size === 0;
  return {
    tokens: tokens.length > 0,
    issuers: oidc?.issuers ?? [],
    sendScope: asks ? `${oidc.scopePrefix}send` : undefined,
    certificates: clientCertificates !== undefined,
  };
}

/** Loaded only if there is an issuer, so that a start without one does not wait for it. */
async function openIssued(oidc: NonNullable<RuntimeSettings['oidc']>, logger: Logger) {
  const { IssuedTokens } = await import('../serving/access/oidc/issued-tokens.js');
  const issued = new IssuedTokens(oidc, logger);
  void issued.warm();
  return issued;
}
