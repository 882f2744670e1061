import { randomUUID } from 'node:crypto';
import type { AgentEngine, AnswerTurn, ContinueTurn, MessageTurn, Turn, TurnEvent } from '@molecule/adapters';
import type { ScriptStep } from '@molecule/adapters/testing';

/** A user text whose directive is the script that the scripted model plays. */
export function script(...steps: ScriptStep[]): string {
  return `please [[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
}

export function messageTurn(contextId: string, text: string, more: Partial<MessageTurn> = {}): MessageTurn {
  const identity = { taskId: randomUUID(), contextId, messageId: randomUUID(), metadata: {}, attempt: 1 };
  return { kind: 'message', ...identity, text, parts: [{ kind: 'text', text }], history: [], ...more };
}

export function answerTurn(asked: MessageTurn, requestId: string, text: string, choice?: string): AnswerTurn {
  return {
    kind: 'answer',
    taskId: asked.taskId,
    contextId: asked.contextId,
    messageId: randomUUID(),
    metadata: {},
    attempt: 1,
    requestId,
    text,
    parts: [{ kind: 'text', text }],
    ...(choice === undefined ? {} : { choice }),
  };
}

export function continueTurn(original: MessageTurn | AnswerTurn): ContinueTurn {
  const { taskId, contextId, messageId, metadata } = original;
  return { kind: 'continue', taskId, contextId, messageId, metadata, attempt: original.attempt + 1, original };
}

/** Runs a turn to its end. */
export async function run(
  engine: AgentEngine,
  turn: Turn,
  signal = new AbortController().signal,
): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of engine.runTurn(turn, { signal, checkpoint() {} })) events.push(event);
  return events;
}

export function only<Type extends TurnEvent['type']>(
  events: readonly TurnEvent[],
  type: Type,
): Extract<TurnEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<TurnEvent, { type: Type }>[];
}

/** The answer, as a runner sees it: the deltas since the last reset; `finish.text` must say the same. */
export function answerIn(events: readonly TurnEvent[]): string {
  const reset = events.findLastIndex((event) => event.type === 'reset');
  return only(events.slice(reset + 1), 'text-delta')
    .map((event) => event.text)
    .join('');
}
