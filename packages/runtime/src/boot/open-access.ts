import type { Logger } from '@molecule/adapters';
import type { OfferedAccess } from '../serving/a2a/card/card-security.js';
import { AccessControl } from '../serving/access/access-control.js';
import { ClientCertificates } from '../serving/access/certificates/client-certificates.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import type { Scopes } from '../settings/environment/scopes.js';
import { ANONYMOUS } from '../tasks/engine-context.js';

/** The owner of what comes through the platform, beside those of tokens, issuers and certificates. */
const PLATFORM = 'platform';
const OF_PLATFORM: Scopes = new Set(['read', 'send', 'cancel']);

/**
 * Who may call the agent. An issuer that does not answer prevents no start: its tokens are refused until it does.
 *
 * @param entry the secret of the platform's own way in
 */
export async function openAccess(
  settings: RuntimeSettings,
  entry: string | undefined,
  logger: Logger,
): Promise<AccessControl> {
  const { tokens, oidc, clientCertificates } = settings;
  return new AccessControl({
    tokens:
      entry === undefined ? tokens : [...tokens, { owner: platformOwner(settings), token: entry, scopes: OF_PLATFORM }],
    issued: oidc && (await openIssued(oidc, logger)),
    certificates: clientCertificates && new ClientCertificates(clientCertificates),
    logger,
  });
}

/** The owner of what comes through the platform. If no other caller has access, it is the one whose agent works in the base directory. */
export function platformOwner({ tokens, oidc, clientCertificates, platformEntry }: RuntimeSettings): string {
  const hasOthers = tokens.length > 0 || oidc !== undefined || clientCertificates !== undefined;
  return platformEntry && hasOthers ? PLATFORM : ANONYMOUS;
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
