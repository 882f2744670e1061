import type { AgentCard, SecurityRequirement, SecurityScheme } from '@a2a-js/sdk';

/** How callers can say who they are. Nothing in it: anybody may call. */
export interface OfferedAccess {
  /** True if the operator gives out tokens. */
  readonly tokens: boolean;
  /** Issuers of OpenID Connect whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** What such a token must say to be allowed to send a message; undefined if it need not say anything. */
  readonly sendScope?: string | undefined;
  /** True if the certificate of a client is accepted. */
  readonly certificates: boolean;
}

/** True if requests must say who sends them. */
export function asksWhoCalls({ tokens, issuers, certificates }: OfferedAccess): boolean {
  return tokens || issuers.length > 0 || certificates;
}

/** The schemes that the server enforces, by the names under which the card lists them. */
export function securitySchemes(access: OfferedAccess): AgentCard['securitySchemes'] {
  return Object.fromEntries(schemesOf(access));
}

/**
 * What a request needs: any one of the schemes.
 *
 * @param sends if the request sends a message
 */
export function securityRequirements(access: OfferedAccess, sends: boolean): SecurityRequirement[] {
  return schemesOf(access).map(([name, { scheme }]) => {
    const needed = sends && scheme?.$case === 'openIdConnectSecurityScheme' ? access.sendScope : undefined;
    return { schemes: { [name]: { list: needed === undefined ? [] : [needed] } } };
  });
}

function schemesOf({ tokens, issuers, certificates }: OfferedAccess): readonly (readonly [string, SecurityScheme])[] {
  return [
    ...(tokens ? [['bearer', BEARER] as const] : []),
    ...issuers.map((issuer, index) => [index === 0 ? 'oidc' : `oidc-${index + 1}`, openIdConnect(issuer)] as const),
    ...(certificates ? [['mtls', CERTIFICATE] as const] : []),
  ];
}

const BEARER: SecurityScheme = {
  scheme: {
    $case: 'httpAuthSecurityScheme',
    value: { description: 'A token from the operator of this agent.', scheme: 'Bearer', bearerFormat: '' },
  },
};

const CERTIFICATE: SecurityScheme = {
  scheme: {
    $case: 'mtlsSecurityScheme',
    value: { description: 'A certificate that an authority of the operator has signed.' },
  },
};

function openIdConnect(issuer: string): SecurityScheme {
  const value = {
    description: 'A token of this issuer for this agent, sent as "Authorization: Bearer <token>".',
    openIdConnectUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  };
  return { scheme: { $case: 'openIdConnectSecurityScheme', value } };
}
