import type { AgentEngine, JsonObject, JsonValue, Logger, Turn, TurnControls, TurnEvent } from '@molecule/adapters';
import { cutText } from '@molecule/adapters';
import { decorateEngine } from '../../engine/decorate-engine.js';
import type { PlatformApi } from '../api/platform-api.js';
import type { Spend } from './spend.js';

/** Characters of an input or output of a tool. */
const PREVIEW_CHARACTERS = 500;
/** Tool calls of one turn that are kept. */
const MOST_CALLS = 100;
/** Tasks whose tool calls are kept until they are answered. */
const MOST_TASKS = 1_000;
/** The least time between two lines of the activity feed: a burst of calls must not use up the platform's limit. */
const LINE_MS = 500;

/** A tool call as the platform records it with an answer. Source: `extractToolTrace` of its `a2a_proxy_helpers.go`. */
export interface TracedCall {
  readonly tool: string;
  readonly input: JsonValue;
  output_preview: string;
}

export interface EngineLinesOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly connected: () => boolean;
  readonly spend: Spend;
  readonly logger: Logger;
}

/** What a platform shows of a turn besides its answer: the tools, live and with the answer, and what it has cost. */
export class EngineLines {
  readonly #options: EngineLinesOptions;
  readonly #path: string;
  readonly #traces = new Map<string, Map<string, TracedCall>>();
  #lineAt = Number.NEGATIVE_INFINITY;

  constructor(options: EngineLinesOptions) {
    this.#options = options;
    this.#path = `/workspaces/${encodeURIComponent(options.workspaceId)}/activity`;
  }

  /** The tool calls of a task's last turn, as far as this process has seen them. */
  traceOf(taskId: string): readonly TracedCall[] {
    return [...(this.#traces.get(taskId)?.values() ?? [])];
  }

  decorate(engine: AgentEngine): AgentEngine {
    return decorateEngine(engine, (turn, controls) => this.#watched(engine, turn, controls));
  }

  async *#watched(engine: AgentEngine, turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const { taskId } = turn;
    const calls = new Map<string, TracedCall>();
    this.#traces.delete(taskId);
    this.#traces.set(taskId, calls);
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > MOST_TASKS && oldest !== undefined) this.#traces.delete(oldest);
    for await (const event of engine.runTurn(turn, controls)) {
      this.#see(event, calls);
      yield event;
    }
  }

  #see(event: TurnEvent, calls: Map<string, TracedCall>): void {
    if (event.type === 'usage' && event.costUsd !== undefined) this.#options.spend.add(event.costUsd);
    else if (event.type === 'tool-call') {
      const input = preview(event.input);
      if (calls.size < MOST_CALLS) calls.set(event.id, { tool: event.name, input, output_preview: '' });
      this.#line(event.name, input);
    } else if (event.type === 'tool-result') {
      const call = calls.get(event.id);
      if (call) call.output_preview = textOf(event.output ?? '');
    }
  }

  /** A line in the chat while the person waits. Source: `ChatTab.tsx`, which shows the summary of an `agent_log`. A lost one is no loss. */
  #line(tool: string, input: JsonValue): void {
    const { api, connected, logger } = this.#options;
    const now = performance.now();
    if (!connected() || api.quietMs > 0 || now - this.#lineAt < LINE_MS) return;
    this.#lineAt = now;
    const summary = `${tool} ${cutText(textOf(input), 120)}`;
    const body: JsonObject = { activity_type: 'agent_log', method: 'tool', summary, status: 'ok' };
    api
      .call({ method: 'POST', path: this.#path, body })
      .catch((error: unknown) => logger.debug('a line was not reported to the platform', { reason: String(error) }));
  }
}

function preview(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  return text.length <= PREVIEW_CHARACTERS ? value : cutText(text, PREVIEW_CHARACTERS);
}

function textOf(value: JsonValue): string {
  return cutText(typeof value === 'string' ? value : JSON.stringify(value), PREVIEW_CHARACTERS);
}
