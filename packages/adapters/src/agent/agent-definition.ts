import type { AdapterDefinition } from '../contract/adapter.js';
import type { AdapterContext } from '../contract/context.js';
import type { TurnControls } from '../contract/controls.js';
import type { ConversationBounds, ConversationEntry } from '../contract/conversation.js';
import type { JsonObject, JsonValue } from '../contract/json.js';
import type { TurnSteps } from '../contract/steps.js';
import type { RuntimeTool } from '../contract/tool.js';
import type { MessageTurn } from '../contract/turn.js';
import type { TurnEvent } from '../contract/turn-event.js';

/** The message that an agent answers; also an answer to an `input-required` or `auth-required` that it has yielded itself. */
export interface AgentTurn extends Omit<MessageTurn, 'kind' | 'attempt' | 'checkpoint' | 'conversation'> {
  /** What was said before in this conversation, oldest first. Recorded when it is first read, so that it is the same in each attempt. */
  conversation(bounds?: ConversationBounds): Promise<readonly ConversationEntry[]>;
}

/** A tool of the runtime, of which each call is a step. */
export interface AgentTool extends Pick<RuntimeTool, 'name' | 'description' | 'inputSchema'> {
  /**
   * Calls the tool, and shows the call to the client.
   *
   * @param id of the model's call. If it has one, give it: calls may then come in any order
   * @throws {Error} if it fails; the message is for the model, which may call again
   */
  execute(input: JsonObject, id?: string): Promise<JsonValue>;
}

/** What an agent answers with: the text, or its pieces and other events as they come. */
export type AgentAnswer =
  | string
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement has told everything by `emit`.
  | void
  | AsyncIterable<string | TurnEvent>;

/** What an agent runs with. */
export interface AgentControls<Config = unknown> extends TurnSteps, Pick<TurnControls, 'signal' | 'mcp' | 'store'> {
  /** The model, the system prompt, the environment and what else the runtime gives an engine. */
  readonly context: AdapterContext<Config>;
  /** The runtime's tools; may be empty. */
  readonly tools: readonly AgentTool[];
}

/** An agent in its small form: see {@link defineAgent}. */
export interface AgentDefinition<Config>
  extends Pick<AdapterDefinition<Config>, 'name' | 'configSchema' | 'nativeSkills' | 'credentials'> {
  /** For people. Default: the name. */
  readonly displayName?: string;
  /** For people: one sentence. Default: the display name. */
  readonly description?: string;
  /**
   * Called once for each start of a workspace, before the first message. Default: nothing is checked.
   *
   * @throws {Error} if the agent cannot run, for example because it has no provider for the model; the message is for the operator and says
   * what to do
   */
  start?(context: AdapterContext<Config>): Promise<void> | void;
  /**
   * Answers a message. It runs from its beginning in each attempt of the turn, and its recorded steps give their results: what has an effect, is
   * paid for, or differs from one run to the next belongs into a step.
   */
  run(turn: AgentTurn, controls: AgentControls<Config>): AgentAnswer | Promise<AgentAnswer>;
}
