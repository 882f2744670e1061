import { A2A_PROTOCOL_VERSION, type AgentCard, type AgentSkill } from '@a2a-js/sdk';
import { duplicateInterfacesForLegacy } from '@a2a-js/sdk/compat/v0_3';
import { wellFormedDeep } from '@molecule/adapters';

/** A media type has no wildcard; these are the ones that models read. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const INPUT_MODES = ['text/plain', 'application/json', 'application/octet-stream', ...PICTURES];
const OUTPUT_MODES = ['text/plain', 'application/json', 'application/octet-stream'];

/** An ability of the agent. */
interface CardSkill {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly examples?: readonly string[];
}

/** What the card tells. */
export interface CardSource {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Where clients reach the server, without a trailing slash; asked for once it listens. */
  readonly url: () => string;
  readonly streaming: boolean;
  /** True when requests need a bearer token. */
  readonly tokens: boolean;
  /** Asked for again after {@link AgentCards.changed}. */
  readonly skills: () => readonly CardSkill[];
  /** The adapter's display name; told on the extended card only. */
  readonly engine: string;
  readonly model: string;
}

/** The agent's cards: the public one, and the one for callers who have shown a token (A2A 1.0, section 3.1.11). */
export class AgentCards {
  readonly #source: CardSource;
  #public: AgentCard | undefined;
  #changedAt = new Date();

  constructor(source: CardSource) {
    this.#source = source;
  }

  get streaming(): boolean {
    return this.#source.streaming;
  }

  get hasExtended(): boolean {
    return this.#source.tokens;
  }

  /** The skills are others now: the next card tells of them. */
  changed(): void {
    this.#public = undefined;
    this.#changedAt = new Date();
  }

  get changedAt(): Date {
    return this.#changedAt;
  }

  public(): AgentCard {
    this.#public ??= wellFormedDeep(makeCard(this.#source));
    return this.#public;
  }

  extended(): AgentCard {
    return makeExtended(this.public(), this.#source);
  }
}

function makeCard(source: CardSource): AgentCard {
  const url = source.url();
  const skills = source.skills();
  const interfaces = [
    { url: `${url}/`, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION },
    { url, protocolBinding: 'HTTP+JSON', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION },
  ];
  return {
    name: source.name,
    description: source.description,
    version: source.version,
    supportedInterfaces: duplicateInterfacesForLegacy(interfaces, ['JSONRPC', 'HTTP+JSON']),
    provider: undefined,
    capabilities: {
      streaming: source.streaming,
      pushNotifications: false,
      extensions: [],
      extendedAgentCard: source.tokens,
    },
    securitySchemes: source.tokens
      ? {
          bearer: {
            scheme: {
              $case: 'httpAuthSecurityScheme',
              value: { description: 'A token from the operator of this agent.', scheme: 'Bearer', bearerFormat: '' },
            },
          },
        }
      : {},
    securityRequirements: source.tokens ? [{ schemes: { bearer: { list: [] } } }] : [],
    defaultInputModes: INPUT_MODES,
    defaultOutputModes: OUTPUT_MODES,
    skills: skills.length > 0 ? skills.map(toSkill) : [toSkill(wholeAgent(source))],
    signatures: [],
  };
}

function makeExtended(card: AgentCard, source: CardSource): AgentCard {
  const engine = {
    id: 'engine',
    name: source.engine,
    description: source.model === '' ? `Runs on ${source.engine}.` : `Runs on ${source.engine}, model ${source.model}.`,
    tags: ['engine'],
  };
  return { ...card, skills: [...card.skills, toSkill(engine)] };
}

/** A card must list a skill (A2A 1.0, section 4.4.5): an agent without any is one itself. */
function wholeAgent(source: CardSource) {
  return { id: 'chat', name: source.name, description: source.description || source.name, tags: ['chat'] };
}

function toSkill(skill: CardSkill): AgentSkill {
  return {
    id: skill.id,
    name: skill.name,
    description: skill.description,
    tags: [...(skill.tags ?? [])],
    examples: [...(skill.examples ?? [])],
    inputModes: [],
    outputModes: [],
    securityRequirements: [],
  };
}
