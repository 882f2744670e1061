import { A2A_PROTOCOL_VERSION, type AgentCard, type AgentSkill } from '@a2a-js/sdk';
import { duplicateInterfacesForLegacy } from '@a2a-js/sdk/compat/v0_3';
import { wellFormedDeep } from '@molecule/adapters';
import type { A2AConfig } from '../../../settings/config/workspace-config.js';
import { aiCatalog } from './ai-catalog.js';
import { asksWhoCalls, type OfferedAccess, securityRequirements, securitySchemes } from './card-security.js';
import type { Extensions } from './extensions.js';

/** Media types have no wildcard on a card; these are the pictures that models read. */
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
  /** Media types; if absent, those of the agent. */
  readonly inputModes?: readonly string[] | undefined;
  readonly outputModes?: readonly string[] | undefined;
}

/** The content of the card. */
export interface CardSource extends Pick<A2AConfig, 'provider' | 'documentationUrl' | 'iconUrl'> {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly workspaceId: string;
  /** The URL at which clients reach the server, without a trailing slash. Called after the server listens. */
  readonly url: () => string;
  /** `host:port` of gRPC; undefined: it is off. Called after the server listens. Default: off. */
  readonly grpcAddress?: () => string | undefined;
  readonly streaming: boolean;
  readonly access: OfferedAccess;
  readonly extensions: Extensions;
  readonly pushNotifications: boolean;
  /** Signs a card for a client of 1.0. */
  readonly sign: (card: AgentCard) => Promise<AgentCard>;
  /** Called again after {@link AgentCards.changed}. */
  readonly skills: () => readonly CardSkill[];
  /** Shown on the extended card only: the adapter's display name, and its model. */
  readonly engine: { readonly name: string; readonly model: string };
}

/** The agent's cards: the public one, and the extended one for callers that are known (A2A 1.0, section 3.1.11). */
export class AgentCards {
  readonly #source: CardSource;
  #public: AgentCard | undefined;
  #extended: AgentCard | undefined;
  #changedAt = new Date();

  constructor(source: CardSource) {
    this.#source = source;
  }

  get streaming(): boolean {
    return this.#source.streaming;
  }

  get hasExtended(): boolean {
    return asksWhoCalls(this.#source.access);
  }

  /** Call it after the skills have changed: the next card shows the new ones. */
  changed(): void {
    this.#public = undefined;
    this.#extended = undefined;
    this.#changedAt = new Date();
  }

  get changedAt(): Date {
    return this.#changedAt;
  }

  get extensions(): Extensions {
    return this.#source.extensions;
  }

  /** The catalog of this server, which has one agent. */
  catalog(): object {
    const { workspaceId, provider, url } = this.#source;
    return aiCatalog({ workspaceId, url: url(), provider, updatedAt: this.#changedAt });
  }

  public(): AgentCard {
    this.#public ??= wellFormedDeep(makeCard(this.#source));
    return this.#public;
  }

  /** The card as a client of 1.0 gets it. */
  signed(card: AgentCard): Promise<AgentCard> {
    return this.#source.sign(card);
  }

  extended(): AgentCard {
    this.#extended ??= wellFormedDeep(makeExtended(this.public(), this.#source));
    return this.#extended;
  }
}

function makeCard(source: CardSource): AgentCard {
  const url = source.url();
  const grpc = source.grpcAddress?.();
  const skills = source.skills();
  const interfaces = [
    { url: `${url}/`, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION },
    { url, protocolBinding: 'HTTP+JSON', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION },
    ...(grpc === undefined
      ? []
      : [{ url: grpc, protocolBinding: 'GRPC', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION }]),
  ];
  return {
    name: source.name,
    description: source.description || source.name,
    version: source.version,
    supportedInterfaces: duplicateInterfacesForLegacy(interfaces, ['JSONRPC', 'HTTP+JSON', 'GRPC']),
    provider: source.provider,
    ...(source.documentationUrl !== undefined && { documentationUrl: source.documentationUrl }),
    ...(source.iconUrl !== undefined && { iconUrl: source.iconUrl }),
    capabilities: {
      streaming: source.streaming,
      pushNotifications: source.pushNotifications,
      extensions: source.extensions.declarations(),
      extendedAgentCard: asksWhoCalls(source.access),
    },
    securitySchemes: securitySchemes(source.access),
    securityRequirements: securityRequirements(source.access, false),
    defaultInputModes: INPUT_MODES,
    defaultOutputModes: OUTPUT_MODES,
    skills: (skills.length > 0 ? skills : [wholeAgent(source)]).map((skill) => toSkill(skill, source.access)),
    signatures: [],
  };
}

function makeExtended(card: AgentCard, { engine: { name, model }, access }: CardSource): AgentCard {
  const description = model === '' ? `Runs on ${name}.` : `Runs on ${name}, model ${model}.`;
  return { ...card, skills: [...card.skills, toSkill({ id: 'engine', name, description, tags: ['engine'] }, access)] };
}

/** A card must list a skill (A2A 1.0, section 4.4.5). If there is none, the whole agent is one. */
function wholeAgent(source: CardSource) {
  return { id: 'chat', name: source.name, description: source.description || source.name, tags: ['chat'] };
}

function toSkill(skill: CardSkill, access: OfferedAccess): AgentSkill {
  const { tags = [] } = skill;
  return {
    id: skill.id,
    name: skill.name,
    // Both are required (A2A 1.0, section 4.4.5). Protocol buffers leave empty ones out of the JSON, at which some clients fail.
    description: skill.description || skill.name,
    tags: tags.length > 0 ? [...tags] : [skill.id],
    examples: [...(skill.examples ?? [])],
    inputModes: [...(skill.inputModes ?? [])],
    outputModes: [...(skill.outputModes ?? [])],
    // A skill is used by a message.
    securityRequirements: access.issuers.length > 0 ? securityRequirements(access, true) : [],
  };
}
