import type { ConversationBounds, ConversationEntry } from '../../contract/conversation.js';
import type { Turn } from '../../contract/turn.js';
import type { TurnEvent } from '../../contract/turn-event.js';
import { streamedText } from './observed-turn.js';

const MESSAGES = 50;

/** What was said in each context, as the task log of a runtime has it. */
export class TestConversations {
  readonly #said = new Map<string, ConversationEntry[]>();

  /** The turn with the conversation of its context, unless it has one. */
  given<Given extends Turn>(turn: Given): Given {
    if (turn.conversation) return turn;
    const before = this.#of(turn.contextId).filter(({ taskId }) => taskId !== turn.taskId);
    const conversation = async ({ messages = MESSAGES }: ConversationBounds = {}) => before.slice(-messages);
    if (turn.kind !== 'continue') return { ...turn, conversation };
    return { ...turn, conversation, original: { ...turn.original, conversation } };
  }

  /** Passes on the events of a turn, and keeps what was said. */
  async *heard(turn: Turn, events: AsyncIterable<TurnEvent>): AsyncGenerator<TurnEvent> {
    const { text } = turn.kind === 'continue' ? turn.original : turn;
    const said = this.#of(turn.contextId);
    const { taskId } = turn;
    if (turn.kind !== 'continue') said.push({ role: 'user', text, taskId });
    const told: TurnEvent[] = [];
    for await (const event of events) {
      told.push(event);
      if (event.type === 'input-required') said.push({ role: 'agent', text: event.prompt, taskId });
      if (event.type === 'finish') said.push({ role: 'agent', text: event.text ?? streamedText(told), taskId });
      yield event;
    }
  }

  #of(contextId: string): ConversationEntry[] {
    const said = this.#said.get(contextId) ?? [];
    this.#said.set(contextId, said);
    return said;
  }
}
