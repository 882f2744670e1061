import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type BaseCheckpointSaver, RESUME } from '@langchain/langgraph-checkpoint';
import type { Agent } from '../agent.js';
import { isRecord } from '../wire/json.js';
import { digestOf } from './interrupts.js';

/** Which turn a thread's newest state belongs to. It is kept in the state itself, so the two cannot disagree. */
export type TurnMark = {
  readonly messageId: string;
  /** Id of the message that the turn's own messages follow. */
  readonly after: string;
  /** Of an answer: the ids of the tool calls whose results follow that message, too, but belong to the turn that asked. */
  readonly done?: readonly string[];
};

/** Something that a person was asked. */
interface PendingRequest {
  /** Names this very request: a tool may ask several times, and LangGraph gives all of its interrupts one id. */
  readonly id: string;
  /** LangGraph's id, for the answer. */
  readonly interruptId: string;
  readonly value: unknown;
  /** True if the answer has reached the thread; the asking tool may still run. */
  readonly answered: boolean;
}

/** What the checkpoints hold of one context. */
export interface Thread {
  readonly messages: readonly BaseMessage[];
  /** Absent: no turn has ever begun here. */
  readonly mark?: TurnMark;
  /** True when the newest turn has steps left. */
  readonly unfinished: boolean;
  /** The questions of the newest step. */
  readonly requests: readonly PendingRequest[];
}

/** Characters of a request's digest in its id. */
const DIGEST_IN_ID = 12;

export async function readThread(agent: Agent, saver: BaseCheckpointSaver, config: RunnableConfig): Promise<Thread> {
  const [state, tuple] = await Promise.all([agent.graph.getState(config), saver.getTuple(config)]);
  const taken = new Map(
    (tuple?.pendingWrites ?? []).flatMap(([task, channel, value]) => (channel === RESUME ? [[task, value]] : [])),
  );
  const values = state.values as { messages?: BaseMessage[]; turn?: TurnMark };
  return {
    messages: values.messages ?? [],
    ...(values.turn === undefined ? {} : { mark: values.turn }),
    // Not `next`: it leaves out tasks that have stored what they wrote, although their step has not been stored.
    unfinished: state.tasks.length > 0,
    requests: state.tasks.flatMap((task) =>
      task.interrupts.map(({ id: interruptId = task.id, value }) => {
        const digest = digestOf(value);
        const id = `${interruptId}.${digest.slice(0, DIGEST_IN_ID)}`;
        return { id, interruptId, value, answered: task.result !== undefined || answers(taken.get(task.id), digest) };
      }),
    ),
  };
}

/**
 * Whether the newest answer that a task has received belongs to the request with this digest; an older one belonged to an earlier
 * question.
 */
function answers(taken: unknown, digest: string): boolean {
  const newest: unknown = Array.isArray(taken) ? taken.at(-1) : taken;
  if (newest === undefined) return false;
  const asked = isRecord(newest) ? newest['asked'] : undefined;
  return asked === undefined || asked === digest;
}

/** What stands of the newest turn so far: the text of its last model message that has any. */
export function spokenIn(thread: Thread): string {
  const texts = turnMessages(thread).flatMap((message) => (AIMessage.isInstance(message) ? message.text : []));
  return texts.findLast((text) => text.trim() !== '') ?? '';
}

/** The newest turn's last message: from the model, or from a tool whose result is the answer. */
export function answerOf(thread: Thread): BaseMessage | undefined {
  return turnMessages(thread).findLast((message) => AIMessage.isInstance(message) || ToolMessage.isInstance(message));
}

/** The newest turn's own messages, without the one that began it. */
export function turnMessages({ messages, mark }: Pick<Thread, 'messages' | 'mark'>): readonly BaseMessage[] {
  const start = messages.findIndex(({ id }) => id === mark?.after);
  const done = mark?.done ?? [];
  const isOwn = (message: BaseMessage) => !ToolMessage.isInstance(message) || !done.includes(message.tool_call_id);
  return start < 0 ? [] : messages.slice(start + 1).filter(isOwn);
}

/**
 * Results for the tool calls that a thread was left with, so that a new message may follow: providers refuse a
 * conversation in which a tool call has no result. Existing results of an unfinished step are included, because the
 * state contains them only after the step has ended.
 */
export function closeToolCalls(thread: Thread): ToolMessage[] {
  const last = thread.messages.findLastIndex((message) => AIMessage.isInstance(message));
  const calls = (thread.messages[last] as AIMessage | undefined)?.tool_calls ?? [];
  const results = thread.messages.slice(last + 1).filter((message) => ToolMessage.isInstance(message));
  if (thread.messages.slice(last + 1).some((message) => HumanMessage.isInstance(message))) return [];
  const wasAsked = thread.requests.some((request) => !request.answered);
  const content = wasAsked
    ? 'Not done: instead of answering, the person sent the message that follows.'
    : 'Not known whether this was done: it was cut short.';
  return calls.map(
    (call) =>
      results.find((result) => result.tool_call_id === call.id) ??
      new ToolMessage({ content, tool_call_id: call.id ?? '', name: call.name, status: 'error' }),
  );
}
