import type {
  SDKAssistantMessage,
  SDKMessage,
  SDKPartialAssistantMessage,
  SDKToolProgressMessage,
  SDKUserMessage,
} from '@anthropic-ai/claude-agent-sdk';
import type { JsonValue, TurnEvent } from '@molecule/adapters';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { cutText } from '../text/cut-text.js';
import { CallIds } from './call-ids.js';
import { retryCode } from './engine-errors.js';

/** Characters of what a subagent does that are shown. */
const MAX_PROGRESS = 200;

type UserMessage = Extract<SDKMessage, { type: 'user' }>;

/**
 * Turns what Claude Code says during a turn into events. The answer is the text of the model's last message, so text
 * that a tool call or another message follows is void, and a `reset` says so.
 */
export class EventTranslator {
  /** The text that a client holds: all deltas since the last reset. */
  #streamed = '';
  readonly #calls = new CallIds();
  readonly #answered: PendingCall | undefined;

  /** `answered` is the call that an earlier turn announced, and that this one runs or refuses. */
  constructor(answered?: PendingCall) {
    this.#answered = answered;
  }

  translate(message: SDKMessage): readonly TurnEvent[] {
    switch (message.type) {
      case 'stream_event':
        return this.#fromStream(message);
      case 'assistant':
        return this.#fromAssistant(message);
      case 'user':
        return this.#fromUser(message);
      case 'tool_progress':
        return this.#fromProgress(message);
      case 'system':
        return message.subtype === 'api_retry'
          ? [{ type: 'retry', reason: retryCode(message), delayMs: message.retry_delay_ms }]
          : [];
      default:
        // The rest is about Claude Code itself: hooks, status, limits, its own bookkeeping.
        return [];
    }
  }

  /** The events that make the answer true for a client: a reset first, when what it holds is not its beginning. */
  finish(text: string): readonly TurnEvent[] {
    const reset = text.startsWith(this.#streamed) ? [] : this.#reset();
    return [...reset, { type: 'finish', text }];
  }

  #fromStream({ event, parent_tool_use_id: parent }: SDKPartialAssistantMessage): readonly TurnEvent[] {
    if (parent !== null) return [];
    // A new message of the model: after a tool, or because a stream broke and the call was repeated.
    if (event.type === 'message_start') return this.#reset();
    if (event.type !== 'content_block_delta') return [];
    if (event.delta.type === 'thinking_delta') return [{ type: 'reasoning-delta', text: event.delta.thinking }];
    if (event.delta.type !== 'text_delta') return [];
    this.#streamed += event.delta.text;
    return [{ type: 'text-delta', text: event.delta.text }];
  }

  #fromAssistant({ message, parent_tool_use_id: parent }: SDKAssistantMessage): readonly TurnEvent[] {
    return message.content.flatMap((block): readonly TurnEvent[] => {
      if (block.type !== 'tool_use') return [];
      if (parent !== null) return this.#fromSubagent(parent, `${block.name} ${JSON.stringify(block.input)}`);
      const id = this.#calls.open(block.id);
      return [...this.#reset(), { type: 'tool-call', id, name: block.name, input: block.input as JsonValue }];
    });
  }

  #fromSubagent(parent: string, message: string): readonly TurnEvent[] {
    const id = this.#calls.get(parent);
    return id === undefined ? [] : [progress(id, cutText(message, MAX_PROGRESS))];
  }

  #fromProgress(message: SDKToolProgressMessage): readonly TurnEvent[] {
    const id = this.#calls.get(message.tool_use_id);
    const seconds = Math.round(message.elapsed_time_seconds);
    return id === undefined ? [] : [progress(id, `${message.tool_name} has run for ${seconds} s`)];
  }

  #fromUser(message: UserMessage): readonly TurnEvent[] {
    const { content } = (message as SDKUserMessage).message;
    if (typeof content === 'string' || message.parent_tool_use_id !== null) return [];
    return content.flatMap((block): readonly TurnEvent[] => {
      if (block.type !== 'tool_result') return [];
      const announced = this.#announceAnswered(block.tool_use_id);
      const id = this.#calls.close(block.tool_use_id);
      if (id === undefined) return [];
      return [
        ...announced,
        { type: 'tool-result', id, ok: block.is_error !== true, output: resultText(block.content) },
      ];
    });
  }

  #announceAnswered(id: string): readonly TurnEvent[] {
    const call = this.#answered;
    if (call?.id !== id || this.#calls.get(id) !== undefined) return [];
    return [{ type: 'tool-call', id: this.#calls.open(id), name: call.name, input: call.input as JsonValue }];
  }

  #reset(): readonly TurnEvent[] {
    if (this.#streamed === '') return [];
    this.#streamed = '';
    return [{ type: 'reset' }];
  }
}

function progress(id: string, message: string): TurnEvent {
  return { type: 'tool-progress', id, message };
}

/** A result's text; what is not text (an image) is left to the transcript. */
function resultText(content: unknown): JsonValue {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block) => (block.type === 'text' ? String(block.text) : `[${block.type}]`)).join('\n');
}
