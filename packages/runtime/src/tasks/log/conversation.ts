import { type Message, Role, type Task } from '@a2a-js/sdk';
import type { ConversationBounds, ConversationEntry } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { answerId, textIn } from '../events/answer-artifact.js';
import { readTask, WHOLE_TASK } from './chunk-rows.js';
import type { TaskHead } from './records.js';
import type { TaskLogSchema } from './schema.js';

const MOST_MESSAGES = 50;
const MOST_CHARACTERS = 50_000;
/** Tasks that are looked for at a time. */
const TASKS = 20;

type Present = Pick<TaskHead, 'taskId' | 'owner' | 'contextId' | 'accepted'>;

/** What was said in the context of a task before its present message, oldest first. */
export async function readConversation(
  database: Kysely<TaskLogSchema>,
  present: Present,
  { messages = MOST_MESSAGES, characters = MOST_CHARACTERS }: ConversationBounds = {},
): Promise<readonly ConversationEntry[]> {
  const found: ConversationEntry[] = [];
  let room = characters;
  for await (const task of tasksBackwards(database, present)) {
    const said = saidIn(task, task.id === present.taskId);
    for (const entry of said.reverse()) {
      if (found.length >= messages) return found.reverse();
      if (entry.text.length > room && found.length > 0) return found.reverse();
      found.push({ ...entry, text: entry.text.slice(0, room) });
      room -= Math.min(room, entry.text.length);
    }
  }
  return found.reverse();
}

/** The task itself, and those whose turn came before its own, newest first. */
async function* tasksBackwards(database: Kysely<TaskLogSchema>, { taskId, owner, contextId, accepted }: Present) {
  for (let before = accepted, isFirst = true; ; isFirst = false) {
    const rows = await database
      .selectFrom('tasks')
      .select(['id', 'context_id', 'seq', 'chunk_seq', 'accepted'])
      .where('owner', '=', owner)
      .where('context_id', '=', contextId)
      .where('accepted', isFirst ? '<=' : '<', before)
      .orderBy('accepted', 'desc')
      .limit(TASKS)
      .execute();
    for (const row of rows) {
      before = Number(row.accepted);
      if (row.id === taskId || before < accepted) yield await readTask(database, row, WHOLE_TASK);
    }
    if (rows.length < TASKS) return;
  }
}

/** The messages of a task, and its answers behind the messages that they answer. @param isPresent without its last message and what follows */
function saidIn({ id: taskId, history, artifacts }: Task, isPresent: boolean): ConversationEntry[] {
  const last = isPresent ? history.findLastIndex(isOfUser) : history.length;
  const entries: ConversationEntry[] = [];
  const add = (role: ConversationEntry['role'], text: string) => {
    if (text.trim() !== '') entries.push({ role, text, taskId });
  };
  let turn = 0;
  const answers = new Map(artifacts.map((artifact) => [artifact.artifactId, textIn(artifact)]));
  const answer = () => {
    add('agent', answers.get(answerId(turn)) ?? '');
    answers.delete(answerId(turn));
  };
  for (const message of history.slice(0, last)) {
    add(isOfUser(message) ? 'user' : 'agent', textIn(message));
    if (!isOfUser(message)) continue;
    turn++;
    answer();
  }
  // A task of several answers to one question has fewer turns than messages; one that slept has more.
  const rest = isPresent ? [] : [...answers].filter(([artifactId]) => /^answer-\d+$/.test(artifactId));
  for (const [, text] of rest) add('agent', text);
  return entries;
}

function isOfUser({ role }: Message): boolean {
  return role === Role.ROLE_USER;
}
