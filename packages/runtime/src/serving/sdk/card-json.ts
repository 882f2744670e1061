import { AgentCard } from '@a2a-js/sdk';

type Json = Readonly<Record<string, unknown>>;

/**
 * The agent card for clients of every protocol version: the fields of 1.0 and of 0.3 side by side, and each security scheme in
 * both shapes. Clients ignore unknown fields (A2A 1.0, section 5.7), but fail at a known field with another shape. The version
 * cannot be read from the request: clients in Go, Java and Rust name none and expect 1.0.
 *
 * `securityRequirements` is left out: the Go SDK 2.4.0 cannot read its canonical form. `security` of 0.3 has the same meaning.
 */
export function cardJson(card: AgentCard): Json {
  const { securityRequirements: _, ...current } = AgentCard.toJSON(card) as Json;
  const [first, ...others] = card.supportedInterfaces.filter(({ protocolVersion }) => protocolVersion.startsWith('0.'));
  const needed = card.securityRequirements.map(({ schemes }) =>
    Object.fromEntries(Object.entries(schemes).map(([name, { list }]) => [name, list])),
  );
  return {
    ...current,
    // The JSON of protocol buffers leaves out fields that are false; 0.3 requires them.
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

/** In 1.0 the only field of a scheme names its kind; in 0.3 its `type` does. */
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
