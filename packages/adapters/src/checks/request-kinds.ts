import { type InputRequiredEvent, requestsOf } from '../contract/input-request.js';
import { kindOf } from '../errors/contract-violation.js';
import { aName, aTool, choices, type FieldKind, oneOf } from './field-kinds.js';
import { anObject } from './part-kinds.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function aTime(value: unknown): string | undefined {
  const isTime = typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
  return isTime ? undefined : 'must be a time in ISO 8601 with its zone, such as new Date().toISOString()';
}

function anExpiredAnswer(value: unknown): string | undefined {
  const bad = anObject(value, 'otherwise');
  if (bad !== undefined) return bad;
  const { choice, text, data } = value as Readonly<Record<string, unknown>>;
  if ([choice, text, data].every((field) => field === undefined)) return 'must have a choice, a text or data';
  const texts = [choice, text].filter((field) => field !== undefined);
  return texts.every((field) => typeof field === 'string')
    ? undefined
    : 'must have a choice and a text that are strings';
}

/** The fields of a request for input. */
export const REQUEST_FIELDS = {
  requestId: { kind: aName },
  request: { kind: oneOf('approval', 'question') },
  prompt: { kind: aName },
  choices: { kind: choices, optional: true },
  tool: { kind: aTool, optional: true },
  schema: { kind: anObject, optional: true },
  expiresAt: { kind: aTime, optional: true },
  otherwise: { kind: anExpiredAnswer, optional: true },
} as const satisfies Readonly<Record<string, { readonly kind: FieldKind; readonly optional?: true }>>;

const FIELDS = Object.entries<{ readonly kind: FieldKind; readonly optional?: true }>(REQUEST_FIELDS);

/** Further requests of an event. */
export const requests: FieldKind = (value) => {
  if (!Array.isArray(value)) return `must be a list, not ${kindOf(value)}`;
  for (const [index, request] of (value as readonly unknown[]).entries()) {
    const problem = requestProblem(request);
    if (problem !== undefined) return `must hold requests, and number ${index + 1} ${problem}`;
  }
  return undefined;
};

/**
 * What is wrong between the fields of an event, each of which is good: an answer names its request by the id alone, and one that can never
 * count would be lost.
 */
export function questionProblem(event: InputRequiredEvent): string | undefined {
  const asked = requestsOf(event);
  if (new Set(asked.map(({ requestId }) => requestId)).size < asked.length)
    return 'the requests of an event must have different ids';
  for (const { expiresAt, otherwise, choices = [] } of asked) {
    if (otherwise === undefined) continue;
    if (expiresAt === undefined) return 'a request that has otherwise must have expiresAt';
    const { choice } = otherwise;
    if (choice !== undefined && !choices.some(({ id }) => id === choice))
      return 'the choice of otherwise must be the id of one of the choices';
  }
  return undefined;
}

function requestProblem(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null) return `must be an object, not ${kindOf(request)}`;
  const values = request as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(values).find(
    (name) => values[name] !== undefined && !Object.hasOwn(REQUEST_FIELDS, name),
  );
  if (stranger !== undefined) return `must not have the field "${stranger.slice(0, 40)}"`;
  for (const [name, { kind, optional }] of FIELDS) {
    const value = values[name];
    if (value === undefined && optional) continue;
    const wrong = kind(value, name);
    if (wrong !== undefined) return `must have a good ${name}: it ${wrong}`;
  }
  return undefined;
}
