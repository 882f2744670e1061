import { AgentCard, AgentSkill, SecurityScheme } from '@a2a-js/sdk';

type Json = Readonly<Record<string, unknown>>;

/**
 * The agent card for clients of every protocol version: the fields of 1.0 and of 0.3 side by side, and each security scheme in
 * both shapes. Clients ignore unknown fields (A2A 1.0, section 5.7), but fail at a known field with another shape. The version
 * cannot be read from the request: clients in Go, Java and Rust name none and expect 1.0.
 *
 * `securityRequirements` is left out, also of skills: the Go SDK 2.4.0 cannot read its canonical form. `security` of 0.3 has the same
 * meaning.
 */
export function cardJson(card: AgentCard): Json {
  const { securityRequirements: _, ...current } = AgentCard.toJSON(card) as Json;
  const [first, ...others] = card.supportedInterfaces.filter(({ protocolVersion }) => protocolVersion.startsWith('0.'));
  const needed = legacyRequirements(card.securityRequirements);
  return {
    ...current,
    // The JSON of protocol buffers leaves out fields that are false; 0.3 requires them.
    capabilities: {
      ...(current['capabilities'] as Json),
      pushNotifications: card.capabilities?.pushNotifications ?? false,
      extensions: card.capabilities?.extensions.map(({ uri, description, required, params }) => ({
        ...{ uri, description, required },
        ...(params && { params }),
      })),
    },
    supportedInterfaces: card.supportedInterfaces,
    skills: card.skills.map(skillJson),
    supportsAuthenticatedExtendedCard: card.capabilities?.extendedAgentCard ?? false,
    ...(first && { url: first.url, preferredTransport: first.protocolBinding, protocolVersion: first.protocolVersion }),
    ...(others.length > 0 && {
      additionalInterfaces: others.map(({ url, protocolBinding }) => ({ url, transport: protocolBinding })),
    }),
    ...(needed.length > 0 && { security: needed }),
    ...(Object.keys(card.securitySchemes).length > 0 && { securitySchemes: bothShapes(card) }),
  };
}

function skillJson(skill: AgentSkill): Json {
  const { securityRequirements: _, ...current } = AgentSkill.toJSON(skill) as Json;
  const needed = legacyRequirements(skill.securityRequirements);
  return { ...current, ...(needed.length > 0 && { security: needed }) };
}

function legacyRequirements(requirements: AgentCard['securityRequirements']): readonly Json[] {
  return requirements.map(({ schemes }) =>
    Object.fromEntries(Object.entries(schemes).map(([name, { list }]) => [name, list])),
  );
}

/** In 1.0 the only field of a scheme names its kind; in 0.3 its `type` does. */
function bothShapes({ securitySchemes }: AgentCard): Json {
  return Object.fromEntries(
    Object.entries(securitySchemes).map(([name, scheme]) => [
      name,
      { ...legacyScheme(name, scheme), ...currentScheme(scheme) },
    ]),
  );
}

function currentScheme(scheme: SecurityScheme): Json {
  return SecurityScheme.toJSON(scheme) as Json;
}

function legacyScheme(name: string, { scheme }: SecurityScheme): Json {
  switch (scheme?.$case) {
    case 'httpAuthSecurityScheme': {
      const { bearerFormat, ...value } = scheme.value;
      return { type: 'http', ...value, ...(bearerFormat !== '' && { bearerFormat }) };
    }
    case 'openIdConnectSecurityScheme':
      return { type: 'openIdConnect', ...scheme.value };
    case 'mtlsSecurityScheme':
      return { type: 'mutualTLS', ...scheme.value };
    default:
      throw new TypeError(`No shape for the security scheme ${name}.`);
  }
}
