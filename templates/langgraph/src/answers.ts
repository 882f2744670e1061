import { type AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';
import { EngineError, type FinishReason } from '@molecule/adapters';
import { toFinishReason } from './wire/finish-reason.js';
import { isRecord } from './wire/json.js';
import type { ModelCallFacts } from './wire/model-calls.js';

/** What this template keeps with a model's message. It is in the checkpoint, and never sent to a provider. */
interface AnswerNotes {
  readonly reason: FinishReason;
  /** Tool calls that must not run, by id, and the text for the model in place of a result. */
  readonly notRun?: Readonly<Record<string, string>>;
  /** Id of the oldest message that the model still saw, once a conversation no longer fitted it. */
  readonly shownFrom?: string;
}

const NOTES = 'molecule';

/** How often in a row the token limit may cut off a model's tool calls before the turn fails. */
const CUT_ANSWERS_LIMIT = 3;

export function notesOf(message: BaseMessage | undefined): Partial<AnswerNotes> {
  const notes: unknown = message?.response_metadata?.[NOTES];
  return isRecord(notes) ? (notes as Partial<AnswerNotes>) : {};
}

/**
 * Stores with an answer why it ended, and gives an empty answer a text: an empty message in the memory makes providers refuse everything
 * that follows.
 *
 * @throws {EngineError} `empty-answer` if the model returned nothing and no reason
 */
export function noteAnswer(message: AIMessage, facts: ModelCallFacts | undefined, shownFrom?: string): void {
  const reason = facts?.reason ?? reasonIn(message);
  dropBlankBlocks(message);
  if ((message.tool_calls ?? []).length === 0 && message.text.trim() === '') say(message, wordsFor(reason));
  const notes: AnswerNotes = {
    reason,
    ...(facts !== undefined && facts.notRun.size > 0 ? { notRun: Object.fromEntries(facts.notRun) } : {}),
    ...(shownFrom === undefined ? {} : { shownFrom }),
  };
  message.response_metadata = { ...message.response_metadata, [NOTES]: notes };
}

/** For clients whose responses are not observed: LangChain keeps the reason in one of two places. */
function reasonIn(message: AIMessage): FinishReason {
  const word = message.response_metadata?.['finish_reason'] ?? message.additional_kwargs['stop_reason'];
  return toFinishReason(word, 'The model', (message.tool_calls ?? []).length > 0) ?? 'stop';
}

function wordsFor(reason: FinishReason): string {
  if (reason === 'refusal') return 'The model refused to answer.';
  if (reason === 'content-filter') return "The provider's content filter withheld the answer.";
  if (reason === 'length') return 'The model reached its limit of output tokens before it said anything.';
  throw new EngineError('empty-answer', 'The model ended its answer without a word.', { retryable: true });
}

function dropBlankBlocks(message: AIMessage): void {
  if (typeof message.content === 'string') return;
  message.content = message.content.filter(
    (block) => block.type !== 'text' || String(block['text'] ?? '').trim() !== '',
  );
}

function say(message: AIMessage, text: string): void {
  message.content = typeof message.content === 'string' ? text : [...message.content, { type: 'text', text }];
}

/**
 * Results for the calls of the newest answer that must not run.
 * @throws EngineError when the token limit has cut the calls of several answers in a row.
 */
export function refuseCutCalls(messages: readonly BaseMessage[]): readonly ToolMessage[] {
  const answers = messages.filter((message): message is AIMessage => message.type === 'ai');
  const notRun = notesOf(answers.at(-1)).notRun ?? {};
  const calls = (answers.at(-1)?.tool_calls ?? []).filter((call) => (notRun[call.id ?? ''] ?? '') !== '');
  if (calls.length === 0) return [];
  if (answers.slice(-CUT_ANSWERS_LIMIT).filter(isCutByLimit).length === CUT_ANSWERS_LIMIT) {
    throw new EngineError(
      'invalid-request',
      `The limit of output tokens cut the model's tool calls off ${CUT_ANSWERS_LIMIT} times in a row. Raise ` +
        'runtime_config.max_tokens, or ask for less at once.',
    );
  }
  return calls.map(
    (call) =>
      new ToolMessage({
        content: notRun[call.id ?? ''] ?? '',
        tool_call_id: call.id ?? '',
        name: call.name,
        status: 'error',
      }),
  );
}

function isCutByLimit(answer: AIMessage): boolean {
  const { reason, notRun } = notesOf(answer);
  return reason === 'length' && notRun !== undefined;
}
