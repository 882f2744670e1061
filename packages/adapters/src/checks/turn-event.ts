import type { InputRequiredEvent } from '../contract/input-request.js';
import type { TurnEvent } from '../contract/turn-event.js';
import { demand, kindOf } from '../errors/contract-violation.js';
import {
  aBoolean,
  aName,
  anErrorCode,
  aString,
  aUrl,
  dollars,
  type FieldKind,
  json,
  milliseconds,
  names,
  oneOf,
  tokens,
} from './field-kinds.js';
import { nearestName } from './nearest-name.js';
import { aFile, anObject, aSchema, aValue, parts } from './part-kinds.js';
import { questionProblem, REQUEST_FIELDS, requests } from './request-kinds.js';

/** How much of a wrong name a message quotes. */
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
  reset: { replays: optional(aBoolean) },
  'text-delta': { text: must(aString) },
  'reasoning-delta': { text: must(aString) },
  status: { text: must(aName) },
  'tool-call': { id: must(aName), name: must(aName), input: must(json) },
  'tool-progress': { id: must(aName), message: must(aString) },
  'tool-result': { id: must(aName), ok: must(aBoolean), output: optional(json) },
  file: { file: must(aFile) },
  data: {
    data: must(aValue),
    mediaType: optional(aName),
    schema: optional(aSchema),
    name: optional(aName),
  },
  artifact: {
    id: must(aName),
    name: optional(aName),
    description: optional(aString),
    parts: must(parts),
    append: optional(aBoolean),
    last: optional(aBoolean),
    metadata: optional(anObject),
  },
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
    ...REQUEST_FIELDS,
    also: optional(requests),
  },
  'auth-required': {
    requestId: must(aName),
    prompt: must(aName),
    url: optional(aUrl),
    service: optional(aName),
    scopes: optional(names),
  },
  reject: { reason: must(aName) },
  finish: {
    text: optional(aString),
    reason: optional(oneOf('stop', 'length', 'content-filter', 'refusal', 'tool-limit')),
    message: optional(parts),
    reply: optional(oneOf('task', 'message')),
  },
};

const TYPES = Object.keys(EVENTS);
const FIELDS = Object.fromEntries(
  Object.entries(EVENTS).map(([type, fields]) => [type, Object.entries<Field>(fields)]),
) as unknown as { readonly [Type in TurnEvent['type']]: readonly (readonly [name: string, field: Field])[] };

/**
 * Checks one event against the types of the contract: adapters can be written in JavaScript, or pass on what an engine sent. An unknown
 * field is a violation too, because its value would be lost.
 *
 * @throws {ContractViolationError}
 */
export function assertTurnEvent(event: unknown): asserts event is TurnEvent {
  // The texts of violations are made only for one, and nothing is copied: a turn may have many thousands of events.
  if (typeof event !== 'object' || event === null) {
    return demand(false, `an event must be an object, not ${kindOf(event)}`);
  }
  const fields = event as Readonly<Record<string, unknown>>;
  const { type } = fields;
  if (typeof type !== 'string') {
    return demand(false, `an event must have a type of the contract: a string, not ${kindOf(type)}`, event);
  }
  if (!isType(type))
    return demand(false, `an event must have a type of the contract, not ${named(type, TYPES)}`, event);
  const known: Readonly<Record<string, Field>> = EVENTS[type];
  const isStranger = (name: string) => name !== 'type' && fields[name] !== undefined && !Object.hasOwn(known, name);
  const stranger = Object.keys(fields).find(isStranger);
  for (const [name, { kind, optional }] of FIELDS[type]) {
    const value = fields[name];
    if (value === undefined && optional) continue;
    const wrong = kind(value, name);
    if (wrong === undefined) continue;
    const instead = value === undefined && stranger !== undefined ? `, though it has "${shown(stranger)}"` : '';
    demand(false, `${article(type)} ${type} must have ${article(name)} ${name}: it ${wrong}${instead}`, event);
  }
  if (stranger !== undefined) {
    const names = Object.keys(known);
    demand(false, `${article(type)} ${type} may have ${listed(names)}, and not ${named(stranger, names)}`, event);
  }
  const problem = type === 'input-required' ? questionProblem(event as InputRequiredEvent) : undefined;
  if (problem !== undefined) demand(false, problem, event);
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

/** The unknown name in quotes, with the most similar known one. */
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
