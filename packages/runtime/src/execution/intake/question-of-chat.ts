import { type Message, TaskState } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { openIn } from '../../tasks/open-question.js';
import type { PendingInput } from '../../tasks/turn-result.js';
import { answersIn } from '../answers/answers-in.js';
import { chatOf } from './chat-of.js';
import { textOf, toParts } from './incoming-message.js';
import type { Sender } from './sender.js';

/** Waiting tasks that are looked at. More than one waits for this chat only rarely. */
const MOST_TASKS = 50;
/** Metadata keys of messages of other workspaces: of an answer, of a task of the platform's `/delegate`, and of a delegation of an agent like this one. */
const OF_PEERS = /^(molecule\.answers|delegation_id|molecule\.delegation\..+)$/;

/**
 * The task that a message of a platform's chat answers. These chats (canvas, channels) name neither a task nor a context: what a person types
 * after a question is its answer. Undefined if no question of this chat is open, if several are, or if the question offers choices and the
 * text is none of them: the message then begins a task, and the question stays open.
 *
 * @param metadata of the message and of its request
 */
export async function questionOfChat(
  log: TaskLog,
  message: Message,
  metadata: JsonObject,
  sender: Sender,
): Promise<string | undefined> {
  if (!isOfChat(sender.answerTo, metadata) || message.contextId !== '') return undefined;
  const chat = chatOf(message, metadata);
  const query = { owner: sender.owner, state: TaskState.TASK_STATE_INPUT_REQUIRED, pageSize: MOST_TASKS };
  const { records } = await log.read.list(query);
  const asked = await Promise.all(
    records.map(async ({ taskId }) => {
      const input = await log.read.input(taskId);
      const isHere =
        input && isOfChat(input.answerTo, input.metadata) && chatOf({ contextId: '' }, input.metadata) === chat;
      return isHere ? [{ taskId, question: await log.read.question(taskId) }] : [];
    }),
  );
  const [only, ...others] = asked.flat();
  if (!only?.question || others.length > 0) return undefined;
  return isAnswer(message, only.question) ? only.taskId : undefined;
}

/** True if the message came from a chat of the platform, by its proxy or fetched from it. Messages of other workspaces come the same way. */
function isOfChat(answerTo: Sender['answerTo'], metadata: JsonObject): boolean {
  return (answerTo === 'proxy' || answerTo === 'polled') && !Object.keys(metadata).some((key) => OF_PEERS.test(key));
}

function isAnswer(message: Message, question: PendingInput): boolean {
  const open = openIn(question);
  const [first] = open;
  if (!first) return false;
  if ((first.choices ?? []).length === 0) return true;
  const parts = toParts(message.parts.filter(({ content }) => content?.$case !== 'raw'));
  const given = answersIn({ messageId: message.messageId, text: textOf(parts), parts }, open);
  return given.some(({ choice, data }) => choice !== undefined || data !== undefined);
}
