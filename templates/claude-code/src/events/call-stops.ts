import { setTimeout as delay } from 'node:timers/promises';
import type { SDKMessage, SDKPartialAssistantMessage } from '@anthropic-ai/claude-agent-sdk';
import { readStopWord } from '@molecule/adapters';

/** A message of the model while it comes in. */
interface IncomingMessage {
  /** Id of its newest block, when that is a call. */
  newest?: string;
  /** Why it ended, in the model's word. */
  stop?: string;
}

/** How long the messages may lag behind Claude Code's permission request for a call, and the interval of the checks. */
const LAG_MS = 2000;
const STEP_MS = 10;

const CUT =
  'Not run: the limit of output tokens ended the answer in this call, so its input may be cut off. Call it again with less ' +
  'at once, for example in several smaller steps.';
const VOID = 'Not run: the answer that made this call was refused or withheld.';

/**
 * Records how the messages ended that contain calls. Claude Code runs a call whose input is valid JSON even if a limit ended the message
 * in it (some servers complete a partial input), or if the message was refused.
 */
export class CallStops {
  /** By the call whose subagent sent the message; `null`: the agent itself. */
  readonly #current = new Map<string | null, IncomingMessage>();
  readonly #byCall = new Map<string, IncomingMessage>();

  hear(message: SDKMessage): void {
    if (message.type === 'stream_event') this.#fromStream(message);
  }

  /** Why the call must not be run, for the model; undefined when it may. */
  async problemOf(callId: string): Promise<string | undefined> {
    for (let wait = 0; wait < LAG_MS && this.#byCall.get(callId)?.stop === undefined; wait += STEP_MS) {
      // What did not come as a stream is whole.
      if (this.#current.size === 0) return undefined;
      await delay(STEP_MS);
    }
    const message = this.#byCall.get(callId);
    const meaning = readStopWord(message?.stop);
    if (meaning === 'refusal' || meaning === 'content-filter') return VOID;
    return meaning === 'length' && message?.newest === callId ? CUT : undefined;
  }

  #fromStream({ event, parent_tool_use_id: speaker }: SDKPartialAssistantMessage): void {
    if (event.type === 'message_start') this.#current.set(speaker, {});
    const message = this.#current.get(speaker);
    if (message === undefined) return;
    if (event.type === 'content_block_start') {
      delete message.newest;
      if (event.content_block.type !== 'tool_use') return;
      message.newest = event.content_block.id;
      this.#byCall.set(event.content_block.id, message);
    }
    if (event.type === 'message_delta' && event.delta.stop_reason !== null) message.stop = event.delta.stop_reason;
  }
}
