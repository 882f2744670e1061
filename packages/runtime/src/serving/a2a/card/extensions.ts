import type { AgentExtension } from '@a2a-js/sdk';
import type { ExtensionConfig } from '../../../settings/config/workspace-config.js';
import { HITL_EXTENSION } from '../../../tasks/events/hitl-extension.js';
import { FILE_URLS_EXTENSION } from '../caller-files.js';

/** The number of each event in a stream, and the return to a stream after an event: docs/extensions.md. */
const EVENT_POSITION_EXTENSION = 'urn:molecule:event-position:v1';

/** More than any client names. */
const MOST_REQUESTED = 100;

/** What a caller and the agent have settled about extensions for one request. */
export interface NegotiatedExtensions {
  /** What the caller names. Those that the agent does not have are ignored (A2A 1.0, section 4.6.3). */
  readonly requested: readonly string[];
  /** Of these, the ones that the agent has. */
  readonly active: readonly string[];
  /** What the agent requires and the caller does not name. */
  readonly missing: readonly string[];
}

const OWN: readonly ExtensionConfig[] = [
  {
    uri: FILE_URLS_EXTENSION,
    description: 'Files of an answer are given by URLs of this server instead of their bytes.',
    required: false,
  },
  {
    uri: EVENT_POSITION_EXTENSION,
    description:
      'Each event of a stream has a number. A client that subscribes again with the last number it received (Last-Event-ID) receives the events after it, none twice.',
    required: false,
  },
  {
    uri: HITL_EXTENSION,
    description: 'What is asked of a person, and the answers, are also in the form of this extension.',
    required: false,
  },
];

/** The extensions that the agent has: the server's own, and those that the configuration declares for the engine. */
export class Extensions {
  readonly #offered: readonly ExtensionConfig[];

  /** @param streaming if false, streams and what belongs to them are switched off */
  constructor(ofEngine: readonly ExtensionConfig[], streaming: boolean) {
    const own = OWN.filter(({ uri }) => streaming || uri !== EVENT_POSITION_EXTENSION);
    const named = new Set(ofEngine.map(({ uri }) => uri));
    this.#offered = [...own.filter(({ uri }) => !named.has(uri)), ...ofEngine];
  }

  /** As the card declares them. */
  declarations(): AgentExtension[] {
    return this.#offered.map(({ uri, description, required, params }) => ({ uri, description, required, params }));
  }

  /** @param header the value of `A2A-Extensions`, as a header or as metadata */
  negotiate(header: string | undefined): NegotiatedExtensions {
    const named = (header ?? '').split(',', MOST_REQUESTED).map((uri) => uri.trim());
    const requested = [...new Set(named)].filter((uri) => uri !== '');
    const offered = this.#offered.map(({ uri }) => uri);
    return {
      requested,
      active: offered.filter((uri) => requested.includes(uri)),
      missing: this.#offered.filter(({ required, uri }) => required && !requested.includes(uri)).map(({ uri }) => uri),
    };
  }
}
