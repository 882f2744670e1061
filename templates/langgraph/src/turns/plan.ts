import { randomUUID } from 'node:crypto';
import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';
import { Command } from '@langchain/langgraph';
import { type AnswerTurn, EngineError, type MessageTurn, type Turn } from '@molecule/adapters';
import { answersOf, toPersonAnswer } from './interrupts.js';
import { toHistory, toHumanMessage } from './message-input.js';
import { closeToolCalls, type Thread, type TurnMark } from './thread.js';

/** What to do for a turn. */
export interface Plan {
  /**
   * The input of the graph: new messages, the answer to an interrupt, or `null` to continue from the last checkpoint. Absent: the thread
   * has the finished turn, and nothing must run.
   */
  readonly input?: { messages: BaseMessage[]; turn: TurnMark } | Command | null;
  /** True when an earlier attempt of this turn may have streamed text. */
  readonly again: boolean;
}

/**
 * @throws EngineError `nothing-to-continue` when the thread's newest state is not of this turn, `lost` when no
 * question waits for the answer any more.
 */
export function planTurn(turn: Turn, thread: Thread, images: boolean): Plan {
  if (turn.kind === 'message') return { again: false, input: messageInput(turn, thread, images) };
  if (turn.kind === 'answer') return { again: false, input: answerInput(turn, thread) };
  if (thread.mark?.messageId !== turn.messageId) {
    throw new EngineError('nothing-to-continue', 'The checkpoints hold nothing of this turn.');
  }
  if (!thread.unfinished) return { again: true };
  // A crash may have come before the asking tools received the answers.
  const { original } = turn;
  const answered = original.kind === 'answer' ? answersOf(original) : new Map<string, unknown>();
  const unanswered = thread.requests.some(({ id, answered: isAnswered }) => !isAnswered && answered.has(id));
  return { again: true, input: unanswered && original.kind === 'answer' ? answerInput(original, thread) : null };
}

/** A message may arrive while a person is asked, or after a failed turn; it then replaces what is open. */
function messageInput(turn: MessageTurn, thread: Thread, images: boolean) {
  const id = randomUUID();
  const remembered = thread.messages.length > 0;
  const earlier = remembered ? closeToolCalls(thread) : toHistory(turn.history);
  return {
    messages: [...earlier, toHumanMessage(turn, id, images)],
    turn: { messageId: turn.messageId, after: id },
  };
}

function answerInput(turn: AnswerTurn, thread: Thread): Command | null {
  const given = answersOf(turn);
  const asked = thread.requests.filter(({ id }) => given.has(id));
  if (asked.length === 0) {
    throw new EngineError(
      'lost',
      'No question waits for this answer: the conversation has continued since the question.',
    );
  }
  const resume = asked.flatMap(({ id, interruptId, value, answered }) => {
    const answer = given.get(id);
    return answered || answer === undefined ? [] : [[interruptId, toPersonAnswer(answer, value)] as const];
  });
  if (resume.length === 0) return null;
  const asker = thread.messages.findLastIndex((message) => AIMessage.isInstance(message));
  // The calls beside the question.
  const done = thread.messages.slice(asker + 1).filter((message) => ToolMessage.isInstance(message));
  const mark: TurnMark = {
    messageId: turn.messageId,
    after: thread.messages[asker]?.id ?? '',
    done: done.map(({ tool_call_id: id }) => id),
  };
  return new Command({ resume: Object.fromEntries(resume), update: { turn: mark } });
}
