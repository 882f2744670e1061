import { AgentCard } from '@a2a-js/sdk';

type Json = Readonly<Record<string, unknown>>;

/**
 * The agent card as every client reads it, whichever version of the protocol it speaks: the fields of 1.0 and of 0.3 side by
 * side, and in each security scheme both shapes. Readers ignore what they do not know (A2A 1.0, section 5.7), but not a field
 * that has another shape than theirs, and few say with the request which version they read: clients in Go, Java and Rust name
 * none and want 1.0.
 *
 * `securityRequirements` is left out: the Go SDK 2.4.0 cannot read its canonical form. `security` of 0.3 says the same.
 */
export function wireCard(card: AgentCard): Json {
  const { securityRequirements: _, ...current } = AgentCard.toJSON(card) as Json;
  const [first, ...others] = card.supportedInterfaces.filter(({ protocolVersion }) => protocolVersion.startsWith('0.'));
  const needed = card.securityRequirements.map(({ schemes }) =>
    Object.fromEntries(Object.entries(schemes).map(([name, { list }]) => [name, list])),
  );
  return {
    ...current,
    // Written out where the JSON of protocol buffers leaves out what is empty or false: 0.3 has them always.
    capabilities: {
      ...(current['capabilities'] as Json),
      pushNotifications: card.capabilities?.pushNotifications ?? false,
    },
    supportedInterfaces: card.supportedInterfaces,
    supportsAuthenticatedExtendedCard: card.capabilities?.extendedAgentCard ?? false,
    ...(first && { url: first.url, preferredTransport: first.protocolBinding, protocolVersion: first.protocolVersion }),
    ...(others.length > 0 && {
      additionalInterfaces: others.map(({ url, protocolBinding }) => ({ url, transport: protocolBinding })),
    }),
    ...(needed.length > 0 && { security: needed }),
    ...(Object.keys(card.securitySchemes).length > 0 && { securitySchemes: bothShapes(card) }),
  };
}

/** The shape of 1.0 names the kind of a scheme by the one field that it has, that of 0.3 by `type`. */
function bothShapes({ securitySchemes }: AgentCard): Json {
  return Object.fromEntries(
    Object.entries(securitySchemes).map(([name, { scheme }]) => {
      if (scheme?.$case !== 'httpAuthSecurityScheme') throw new TypeError(`No shape for the security scheme ${name}.`);
      const { bearerFormat, ...value } = scheme.value;
      const told = { ...value, ...(bearerFormat !== '' && { bearerFormat }) };
      return [name, { type: 'http', ...told, httpAuthSecurityScheme: told }];
    }),
  );
}
