import { isObject } from '../../support/is-object.js';
import { ENGINE_EVENT_KEY } from './a2a-events.js';

/** Characters that are kept of an input, an output, or a text. */
const MOST_CHARACTERS = 8 * 1024;
/** Metadata key of a step of which something was cut: `true`. */
const CUT_KEY = 'molecule.cut';

/** What stays of an event after its task has ended. */
export interface Step {
  /** An A2A StreamResponse. */
  readonly json: string;
  /** True for what the engine does within a turn; false for a change of state. */
  readonly isActivity: boolean;
}

/** The beginning of the JSON of every event that may be a step. */
export const STEP_PREFIX = '{"statusUpdate"';

/**
 * A status as a step: a change of state, or an activity of the engine such as a tool call, with long inputs, outputs and texts cut. Undefined
 * for pieces of text and of reasoning: the answer is in the task's artifacts.
 *
 * @param json an event as the log holds it
 */
export function stepOf(json: string): Step | undefined {
  if (!json.startsWith(STEP_PREFIX)) return undefined;
  const { statusUpdate } = JSON.parse(json) as { readonly statusUpdate: StatusUpdate };
  const { metadata = {}, status } = statusUpdate;
  const activity: unknown = metadata[ENGINE_EVENT_KEY];
  const isActivity = isObject(activity);
  if (isActivity && activity['type'] === 'reasoning-delta') return undefined;
  const cut = new Cut();
  const kept = {
    ...statusUpdate,
    ...(status && { status: cut.status(status) }),
    metadata: { ...metadata, ...(isActivity && { [ENGINE_EVENT_KEY]: cut.activity(activity) }) },
  };
  if (!cut.isCut) return { json, isActivity };
  const marked = { ...kept, metadata: { ...kept.metadata, [CUT_KEY]: true } };
  return { json: JSON.stringify({ statusUpdate: marked }), isActivity };
}

type Json = Readonly<Record<string, unknown>>;

interface StatusUpdate {
  readonly metadata?: Json;
  readonly status?: Status;
}

interface Status {
  readonly message?: { readonly parts?: readonly Json[] };
}

/** Cuts what is long, and remembers whether anything was. */
class Cut {
  isCut = false;

  activity(event: Json): Json {
    return Object.fromEntries(Object.entries(event).map(([name, value]) => [name, this.#value(value)]));
  }

  status<Some extends Status>(status: Some): Some {
    const { message } = status;
    if (!message?.parts) return status;
    return { ...status, message: { ...message, parts: message.parts.map((part) => this.activity(part)) } };
  }

  /** A long value that is no text is kept as the beginning of its JSON. */
  #value(value: unknown): unknown {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text === undefined || text.length <= MOST_CHARACTERS) return value;
    this.isCut = true;
    return text.slice(0, MOST_CHARACTERS).toWellFormed();
  }
}
