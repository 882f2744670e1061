import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { AgentEngine, AnswerTurn, MessageTurn, Turn, TurnEvent } from '@molecule/adapters';
import type { ScriptStep } from '@molecule/adapters/testing';
import { testControls } from '@molecule/adapters/testing/kit';

export { continueTurn } from '@molecule/adapters/testing/kit';

/** A message text with the script that the scripted model plays. */
export function script(...steps: ScriptStep[]): string {
  return `please [[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
}

let workDir = tmpdir();

/** The working directory of turns that name none. */
export function workIn(directory: string): void {
  workDir = directory;
}

export function messageTurn(contextId: string, text: string, more: Partial<MessageTurn> = {}): MessageTurn {
  const place = { owner: 'anonymous', workDir };
  const identity = { taskId: randomUUID(), contextId, ...place, messageId: randomUUID(), metadata: {}, attempt: 1 };
  return { kind: 'message', ...identity, text, parts: [{ kind: 'text', text }], history: [], ...more };
}

export function answerTurn(asked: MessageTurn, requestId: string, text: string, choice?: string): AnswerTurn {
  return {
    kind: 'answer',
    taskId: asked.taskId,
    contextId: asked.contextId,
    owner: asked.owner,
    workDir: asked.workDir,
    messageId: randomUUID(),
    metadata: {},
    attempt: 1,
    requestId,
    text,
    parts: [{ kind: 'text', text }],
    ...(choice === undefined ? {} : { choice }),
  };
}

/** Runs a turn to its end. */
export async function run(
  engine: AgentEngine,
  turn: Turn,
  signal = new AbortController().signal,
): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of engine.runTurn(turn, testControls({ signal }))) events.push(event);
  return events;
}

export function only<Type extends TurnEvent['type']>(
  events: readonly TurnEvent[],
  type: Type,
): Extract<TurnEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<TurnEvent, { type: Type }>[];
}

/** The answer, as the runtime computes it: the deltas since the last reset; `finish.text` must be the same. */
export function answerIn(events: readonly TurnEvent[]): string {
  const reset = events.findLastIndex((event) => event.type === 'reset');
  return only(events.slice(reset + 1), 'text-delta')
    .map((event) => event.text)
    .join('');
}
