import type {
  AgentEngine,
  AnswerTurn,
  InputRequiredEvent,
  MessageTurn,
  TurnControls,
  TurnEvent,
} from '@molecule/adapters';
import { testControls } from '@molecule/adapters/testing/kit';

export { continueTurn } from '@molecule/adapters/testing/kit';

let count = 0;

export function messageTurn(contextId: string, text: string, more: Partial<MessageTurn> = {}): MessageTurn {
  count += 1;
  return {
    kind: 'message',
    taskId: `task-${count}`,
    contextId,
    owner: 'anonymous',
    workDir: '',
    messageId: `message-${count}`,
    metadata: {},
    attempt: 1,
    text,
    parts: [{ kind: 'text', text }],
    history: [],
    ...more,
  };
}

export function answerTurn(asked: MessageTurn, request: InputRequiredEvent, more: Partial<AnswerTurn>): AnswerTurn {
  count += 1;
  const text = more.text ?? more.choice ?? '';
  const { taskId, contextId, owner, workDir } = asked;
  const identity = { taskId, contextId, owner, workDir, messageId: `message-${count}`, metadata: {}, attempt: 1 };
  return { kind: 'answer', ...identity, requestId: request.requestId, text, parts: [], ...more };
}

export function controls(signal: AbortSignal = new AbortController().signal): TurnControls {
  return testControls({ signal });
}

/** All events of a turn. Like the runtime, it stops reading after the last one. */
export async function run(
  engine: AgentEngine,
  turn: Parameters<AgentEngine['runTurn']>[0],
  signal?: AbortSignal,
): Promise<readonly TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of engine.runTurn(turn, controls(signal))) {
    events.push(event);
    if (event.type === 'finish' || event.type === 'input-required') break;
  }
  return events;
}

/** The client's text after the events: the final answer, or else the deltas since the last reset. */
export function answerOf(events: readonly TurnEvent[]): string {
  const last = events.at(-1);
  return last?.type === 'finish' ? (last.text ?? deltas(events)) : deltas(events);
}

export function deltas(events: readonly TurnEvent[]): string {
  const from = events.findLastIndex((event) => event.type === 'reset') + 1;
  return events
    .slice(from)
    .flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))
    .join('');
}

export function only<Type extends TurnEvent['type']>(events: readonly TurnEvent[], type: Type) {
  return events.filter((event): event is Extract<TurnEvent, { type: Type }> => event.type === type);
}

/** A message for the scripted model: a text, and the steps that the model plays. */
export function script(...steps: readonly object[]): string {
  return `please [[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
}
