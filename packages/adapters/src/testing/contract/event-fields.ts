import type {
  FileEvent,
  FinishReason,
  InputRequiredEvent,
  ReasoningDeltaEvent,
  TextDeltaEvent,
  TurnEvent,
  UsageEvent,
} from '../../contract/turn-event.js';
import { ENGINE_ERROR_CODES } from '../../errors/engine-error.js';
import { demand } from './contract-violation.js';

const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'refusal', 'tool-limit'];

type FieldChecks = { readonly [Type in TurnEvent['type']]: (event: Extract<TurnEvent, { type: Type }>) => void };

const FIELD_CHECKS: FieldChecks = {
  waiting() {},
  started() {},
  reset() {},
  'text-delta': checkText,
  'reasoning-delta': checkText,
  'tool-call'(event) {
    demand(isName(event.id), 'a tool-call must have an id', event);
    demand(isName(event.name), 'a tool-call must have a name', event);
  },
  'tool-progress'(event) {
    demand(typeof event.message === 'string', 'a tool-progress must have a message', event);
  },
  'tool-result'(event) {
    demand(typeof event.ok === 'boolean', 'a tool-result must say whether it is ok', event);
  },
  retry(event) {
    const isCode = Object.hasOwn(ENGINE_ERROR_CODES, event.reason);
    demand(isCode, 'the reason of a retry must be an engine error code', event);
  },
  finish(event) {
    demand(event.text === undefined || typeof event.text === 'string', 'finish.text must be a string', event);
    const isReason = event.reason === undefined || FINISH_REASONS.includes(event.reason);
    demand(isReason, `finish.reason must be one of ${FINISH_REASONS.join(', ')}`, event);
  },
  file: checkFile,
  usage: checkUsage,
  'input-required': checkInputRequired,
};

/** Checks what the types promise, for adapters that are written in JavaScript or pass on what an engine sent. */
export function checkEventFields(event: TurnEvent): void {
  demand(Object.hasOwn(FIELD_CHECKS, event.type), 'an event must have a type of the contract', event);
  const check: (event: never) => void = FIELD_CHECKS[event.type];
  check(event as never);
}

function checkText(event: TextDeltaEvent | ReasoningDeltaEvent): void {
  demand(typeof event.text === 'string', `a ${event.type} must have a text`, event);
}

function checkUsage(event: UsageEvent): void {
  const { inputTokens, outputTokens, cachedInputTokens = 0, reasoningTokens = 0, costUsd = 0 } = event;
  const counts = [inputTokens, outputTokens, cachedInputTokens, reasoningTokens];
  const areCounts = counts.every((count) => Number.isSafeInteger(count) && count >= 0);
  demand(areCounts, 'usage must count whole tokens, from 0', event);
  demand(Number.isFinite(costUsd) && costUsd >= 0, 'usage.costUsd must be US dollars, from 0', event);
}

function checkFile({ file }: FileEvent): void {
  demand((file?.data === undefined) !== (file?.url === undefined), 'a file must have data or a url, not both', file);
}

function checkInputRequired(event: InputRequiredEvent): void {
  demand(isName(event.requestId), 'an input-required must have a requestId', event);
  demand(isName(event.prompt), 'an input-required must have a prompt for the person', event);
  demand(['approval', 'question'].includes(event.request), 'an input-required asks approval or question', event);
  const ids = event.choices?.map((choice) => choice.id) ?? [];
  demand(new Set(ids).size === ids.length, 'the choices of an input-required must have different ids', event);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
