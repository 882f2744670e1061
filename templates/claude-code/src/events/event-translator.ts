import type {
  SDKAssistantMessage,
  SDKMessage,
  SDKPartialAssistantMessage,
  SDKToolProgressMessage,
  SDKUserMessage,
} from '@anthropic-ai/claude-agent-sdk';
import {
  type FinishReason,
  type JsonValue,
  type TurnEvent,
  WholeCharacters,
  wellFormed,
  wellFormedDeep,
} from '@molecule/adapters';
import { cutText } from '../cut-text.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { CallIds } from './call-ids.js';
import { retryCode } from './engine-errors.js';
import { isCutShort } from './finish-reason.js';
import { LiveUsage } from './live-usage.js';

/** Characters of what a subagent does that are shown. */
const MAX_PROGRESS = 200;

/** Claude Code's text to the model if its message broke off after a complete block of text. */
const CUT_OFF = 'Your response above was cut off';

type UserMessage = Extract<SDKMessage, { type: 'user' }>;

/**
 * Turns what Claude Code says during a turn into events. The answer is the text of the model's last message, so text
 * that a tool call or another message follows is void, and a `reset` says so. A message that a limit or a lost connection
 * has cut off, and that the model continues in the next one, forms one answer with it.
 */
export class EventTranslator {
  readonly usage = new LiveUsage();
  /** The text of the earlier messages that the current one continues. */
  #before = '';
  /** The text of the current message. With `#before` it is what a client holds: all deltas since the last reset. */
  #current = '';
  #texts = new WholeCharacters();
  #thoughts = new WholeCharacters();
  #lastStop: string | undefined;
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

  /** Why the model's last message ended, in its own words; undefined while it has not. */
  get lastStop(): string | undefined {
    return this.#lastStop;
  }

  /** The whole answer. `lastMessage` is the part that Claude Code reports; if absent, the streamed text counts. */
  answer(lastMessage: string = this.#current): string {
    return this.#before + wellFormed(lastMessage);
  }

  /** The events that correct the client's answer: first a reset if its text is not the beginning of the answer. */
  finish(text: string, reason: FinishReason): readonly TurnEvent[] {
    const reset = text.startsWith(this.#before + this.#current) ? [] : this.#reset();
    return [...reset, { type: 'finish', text, ...(reason === 'stop' ? {} : { reason }) }];
  }

  #fromStream({ event, parent_tool_use_id: parent }: SDKPartialAssistantMessage): readonly TurnEvent[] {
    const used = this.usage.hear(event);
    if (parent !== null) return used;
    if (event.type === 'message_start') return [...this.#begin(), ...used];
    if (event.type === 'message_delta') this.#lastStop = event.delta.stop_reason ?? undefined;
    if (event.type === 'content_block_stop')
      return [...this.#say(this.#texts.end()), ...this.#think(this.#thoughts.end())];
    if (event.type !== 'content_block_delta') return used;
    if (event.delta.type === 'thinking_delta') return this.#think(wellFormed(this.#thoughts.add(event.delta.thinking)));
    return event.delta.type === 'text_delta' ? this.#say(wellFormed(this.#texts.add(event.delta.text))) : used;
  }

  /** A new message of the model: after a tool, or because a stream broke and the call was repeated. */
  #begin(): readonly TurnEvent[] {
    this.#lastStop = undefined;
    this.#texts = new WholeCharacters();
    this.#thoughts = new WholeCharacters();
    if (this.#current === '') return [];
    this.#current = '';
    const again: readonly TurnEvent[] = this.#before === '' ? [] : [{ type: 'text-delta', text: this.#before }];
    return [{ type: 'reset' }, ...again];
  }

  #say(text: string): readonly TurnEvent[] {
    this.#current += text;
    return text === '' ? [] : [{ type: 'text-delta', text }];
  }

  #think(text: string): readonly TurnEvent[] {
    return text === '' ? [] : [{ type: 'reasoning-delta', text }];
  }

  #fromAssistant({ message, parent_tool_use_id: parent }: SDKAssistantMessage): readonly TurnEvent[] {
    return message.content.flatMap((block): readonly TurnEvent[] => {
      if (block.type !== 'tool_use') return [];
      if (parent !== null) return this.#fromSubagent(parent, `${block.name} ${JSON.stringify(block.input)}`);
      const id = this.#calls.open(block.id);
      return [...this.#reset(), toolCall(id, block.name, block.input)];
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
    if (message.parent_tool_use_id !== null) return [];
    if (isAskedToGoOn(content, this.#lastStop)) {
      this.#before += this.#current;
      this.#current = '';
    }
    if (typeof content === 'string') return [];
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
    return [toolCall(this.#calls.open(id), call.name, call.input)];
  }

  #reset(): readonly TurnEvent[] {
    const held = this.#before + this.#current;
    this.#before = '';
    this.#current = '';
    return held === '' ? [] : [{ type: 'reset' }];
  }
}

/**
 * Claude Code sends a message of its own to have the model continue a truncated answer. After a limit the stop reason shows
 * that; after a lost connection, without a stop reason, only the text of that message does.
 */
function isAskedToGoOn(content: unknown, lastStop: string | undefined): boolean {
  return isCutShort(lastStop) || (lastStop === undefined && String(resultText(content)).startsWith(CUT_OFF));
}

/** A model may emit unpaired surrogates, or a call without a name; Claude Code then answers that there is no such tool. */
function toolCall(id: string, name: string, input: unknown): TurnEvent {
  return {
    type: 'tool-call',
    id,
    name: name.trim() === '' ? '(unnamed)' : name,
    input: wellFormedDeep(input as JsonValue),
  };
}

function progress(id: string, message: string): TurnEvent {
  return { type: 'tool-progress', id, message };
}

/** The text of a result; other content (an image) stays in the transcript only. */
function resultText(content: unknown): JsonValue {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block) => (block.type === 'text' ? String(block.text) : `[${block.type}]`)).join('\n');
}
