import { setTimeout as delay } from 'node:timers/promises';
import { type JsonValue, type ToolCallEvent, type TurnEvent, wellFormed, wellFormedDeep } from '@molecule/adapters';
import type { HermesClient } from '../../api/hermes-client.js';
import type { SessionMessage } from '../../api/messages.js';

/** A result is written some milliseconds after the event that announces it; what comes later is read at the next event. */
const RESULT_LOOKS = 5;
const RESULT_INTERVAL_MS = 30;

/**
 * Reports the thoughts and the tool calls of a turn from the session's transcript. The events of a run have only a tool's name and a
 * shortened input; the transcript has the call's id, its whole input and its output, and Hermes writes each before it continues.
 */
export class StepReader {
  readonly #client: HermesClient;
  readonly #sessionId: string;
  readonly #known = new Set<string>();
  readonly #open = new Map<string, ToolCallEvent>();
  #seen: number;

  /** Reads what comes after the message with the number `after`. */
  constructor(client: HermesClient, sessionId: string, after: number) {
    this.#client = client;
    this.#sessionId = sessionId;
    this.#seen = after;
  }

  /** What is new since the last read. */
  async read(): Promise<TurnEvent[]> {
    const fresh = (await this.#client.messages(this.#sessionId)).filter(({ id }) => id > this.#seen);
    this.#seen = fresh.at(-1)?.id ?? this.#seen;
    return fresh.flatMap((message) => this.#eventsOf(message));
  }

  /** As `read`, after a tool has ended. Hermes reports the end just before it writes the result, so this waits a little. */
  async readResult(): Promise<TurnEvent[]> {
    const events = await this.read();
    for (let look = 1; look < RESULT_LOOKS && !events.some(({ type }) => type === 'tool-result'); look += 1) {
      await delay(RESULT_INTERVAL_MS);
      events.push(...(await this.read()));
    }
    return events;
  }

  /** The calls whose tools have not ended, which the turn that reports their results reports again. */
  openCalls(): ToolCallEvent[] {
    return [...this.#open.values()];
  }

  /** As `read`, at the end of a run: a tool without a written result has ended all the same. */
  async readLast(): Promise<TurnEvent[]> {
    const events = await this.read();
    const ended = [...this.#open.keys()].map((id): TurnEvent => ({ type: 'tool-result', id, ok: true }));
    this.#open.clear();
    return [...events, ...ended];
  }

  #eventsOf({ role, content, reasoning, reasoning_content, tool_calls, tool_call_id }: SessionMessage): TurnEvent[] {
    if (role === 'tool' && tool_call_id && this.#open.delete(tool_call_id)) {
      return [{ type: 'tool-result', id: tool_call_id, ok: isSuccess(content), output: jsonOf(content) }];
    }
    if (role !== 'assistant') return [];
    const thought = reasoning_content || reasoning;
    // Hermes rewrites a session that grows too long; a call that was already reported is not reported again.
    const fresh = (tool_calls ?? []).filter(({ id }) => !this.#known.has(id));
    const calls = fresh.map(({ id, function: tool }): TurnEvent => {
      const call: ToolCallEvent = { type: 'tool-call', id, name: tool.name, input: jsonOf(tool.arguments) };
      this.#known.add(id);
      this.#open.set(id, call);
      return call;
    });
    return [...(thought ? [{ type: 'reasoning-delta' as const, text: wellFormed(thought) }] : []), ...calls];
  }
}

/** Hermes' tools answer with an object that has an `error`, an `exit_code`, or neither. */
function isSuccess(content: string): boolean {
  const result = jsonOf(content);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return true;
  const {
    error,
    exit_code: exitCode,
    success,
  } = result as { error?: JsonValue; exit_code?: JsonValue; success?: JsonValue };
  return !error && (exitCode === undefined || exitCode === null || exitCode === 0) && success !== false;
}

function jsonOf(text: string): JsonValue {
  try {
    return wellFormedDeep(JSON.parse(text) as JsonValue);
  } catch {
    // Not every tool answers with JSON; then the text itself is the value.
    return wellFormed(text);
  }
}
