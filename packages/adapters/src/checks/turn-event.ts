import type { TurnEvent } from '../contract/turn-event.js';
import { demand, kindOf } from '../errors/contract-violation.js';
import {
  aBoolean,
  aFile,
  aName,
  anErrorCode,
  aString,
  aTool,
  choices,
  dollars,
  type FieldKind,
  json,
  milliseconds,
  oneOf,
  tokens,
} from './field-kinds.js';
import { nearestName } from './nearest-name.js';

/** Only so much of a wrong name is told. */
const SHOWN_CHARACTERS = 40;

/** The fields of an event besides `type`. */
type Fields<Event> = { readonly [Name in Exclude<keyof Event, 'type'> & string]-?: Field };
interface Field {
  readonly kind: FieldKind;
  readonly optional?: true;
}

const EVENTS: { readonly [Type in TurnEvent['type']]: Fields<Extract<TurnEvent, { type: Type }>> } = {
  waiting: { reason: optional(aString) },
  started: { reference: optional(aString) },
  reset: {},
  'text-delta': { text: must(aString) },
  'reasoning-delta': { text: must(aString) },
  'tool-call': { id: must(aName), name: must(aName), input: must(json) },
  'tool-progress': { id: must(aName), message: must(aString) },
  'tool-result': { id: must(aName), ok: must(aBoolean), output: optional(json) },
  file: { file: must(aFile) },
  retry: { reason: must(anErrorCode), delayMs: optional(milliseconds) },
  usage: {
    inputTokens: must(tokens),
    outputTokens: must(tokens),
    cachedInputTokens: optional(tokens),
    reasoningTokens: optional(tokens),
    costUsd: optional(dollars),
    model: optional(aString),
  },
  'input-required': {
    requestId: must(aName),
    request: must(oneOf('approval', 'question')),
    prompt: must(aName),
    choices: optional(choices),
    tool: optional(aTool),
  },
  finish: {
    text: optional(aString),
    reason: optional(oneOf('stop', 'length', 'content-filter', 'refusal', 'tool-limit')),
  },
};

/**
 * Checks what the types promise of one event: adapters are also written in JavaScript, or pass on what an engine sent. A field
 * that the contract does not know is a violation as well, for what stands in it would be lost.
 *
 * @throws {ContractViolation}
 */
export function assertTurnEvent(event: unknown): asserts event is TurnEvent {
  demand(typeof event === 'object' && event !== null, `an event must be an object, not ${kindOf(event)}`);
  const { type, ...fields } = event as { readonly type?: unknown } & Readonly<Record<string, unknown>>;
  demand(typeof type === 'string', `an event must have a type of the contract: a string, not ${kindOf(type)}`, event);
  demand(isType(type), `an event must have a type of the contract, not ${named(type, Object.keys(EVENTS))}`, event);
  const known: Readonly<Record<string, Field>> = EVENTS[type];
  const stranger = Object.keys(fields).find((name) => fields[name] !== undefined && !Object.hasOwn(known, name));
  for (const [name, { kind, optional }] of Object.entries(known)) {
    const value = fields[name];
    if (value === undefined && optional) continue;
    const wrong = kind(value, name);
    if (wrong === undefined) continue;
    const instead = value === undefined && stranger !== undefined ? `, though it has "${shown(stranger)}"` : '';
    demand(false, `${article(type)} ${type} must have ${article(name)} ${name}: it ${wrong}${instead}`, event);
  }
  demand(
    stranger === undefined,
    `${article(type)} ${type} may have ${listed(Object.keys(known))}, and not ${named(stranger ?? '', Object.keys(known))}`,
    event,
  );
}

function must(kind: FieldKind): Field {
  return { kind };
}

function optional(kind: FieldKind): Field {
  return { kind, optional: true };
}

function isType(type: string): type is TurnEvent['type'] {
  return Object.hasOwn(EVENTS, type);
}

/** A name that is none, and which one may be meant. */
function named(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `"${shown(name)}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}

function shown(name: string): string {
  return [...name].slice(0, SHOWN_CHARACTERS).join('');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no fields' : names.join(', ');
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? 'an' : 'a';
}
