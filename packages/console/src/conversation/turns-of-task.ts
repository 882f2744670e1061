import type { Message, Task } from '../api/a2a.js';
import { artifactPlace } from './artifact-place.js';
import type { FoldedTurn } from './fold-events.js';
import { questionOf, textOf } from './question-of.js';
import type { Attachment, Turn } from './turn.js';

/** What is known of the events of a task. */
export interface KnownEvents {
  readonly turns: readonly FoldedTurn[];
  /** False: only steps are left, and the answers are in the artifacts of the task. */
  readonly complete: boolean;
}

/** The turns of a task, from the task itself and its events. Without events they have no steps. */
export function turnsOfTask(task: Task, events?: KnownEvents): readonly Turn[] {
  const folded = events?.turns ?? foldedFromTask(task);
  const asked = messagesByQuestion(task);
  return folded.map((turn, index) => {
    const before = folded[index - 1];
    const messages =
      index === 0 ? (asked.get('') ?? []) : (before?.questionIds ?? []).flatMap((id) => asked.get(id) ?? []);
    const isLast = index === folded.length - 1;
    const answer = events?.complete === true ? turn : { ...turn, ...artifactsOf(task, turn.turn, isLast) };
    return { ...answer, messages };
  });
}

/** The messages of the person, by the id of the question before them; those before any question have the key ''. */
function messagesByQuestion(task: Task): ReadonlyMap<string, readonly Message[]> {
  const found = new Map<string, Message[]>();
  let question = '';
  for (const message of task.history ?? []) {
    if (message.role === 'ROLE_AGENT') question = message.messageId;
    else found.set(question, [...(found.get(question) ?? []), message]);
  }
  return found;
}

/** Each question of the history ends a turn. */
function foldedFromTask(task: Task): readonly FoldedTurn[] {
  const questions = (task.history ?? []).filter(({ role }) => role === 'ROLE_AGENT');
  const turns: FoldedTurn[] = questions.map((message, index) => ({
    ...empty(index + 1),
    question: { id: message.messageId, prompt: textOf(message), details: questionOf(message) },
    questionIds: [message.messageId],
    state: 'TASK_STATE_INPUT_REQUIRED',
  }));
  return [...turns, lastTurn(task, turns.length + 1)];
}

function lastTurn({ status, metadata }: Task, turn: number): FoldedTurn {
  const { state, message, timestamp } = status;
  const at = timestamp === undefined ? {} : { at: timestamp };
  const known = { ...empty(turn), state, ...at };
  if (message === undefined) return known;
  const prompt = textOf(message);
  switch (state) {
    case 'TASK_STATE_WORKING':
      return { ...known, line: prompt };
    case 'TASK_STATE_INPUT_REQUIRED':
    case 'TASK_STATE_AUTH_REQUIRED': {
      const question = { id: message.messageId, prompt, details: questionOf(message) };
      return { ...known, question, questionIds: [message.messageId] };
    }
    case 'TASK_STATE_FAILED':
    case 'TASK_STATE_REJECTED': {
      const code = metadata?.['molecule.code'];
      return { ...known, failure: { code: typeof code === 'string' ? code : '', message: prompt } };
    }
    default:
      return { ...known, remark: prompt };
  }
}

function empty(turn: number): FoldedTurn {
  const state = 'TASK_STATE_SUBMITTED';
  return { turn, steps: [], text: '', attachments: [], questionIds: [], state, attempt: 1 };
}

/** @param isLast no turn follows that is known: later ones have slept, which only their events say */
function artifactsOf(
  { artifacts = [] }: Task,
  turn: number,
  isLast: boolean,
): { readonly text: string; readonly attachments: readonly Attachment[] } {
  const own = artifacts.flatMap((artifact) => {
    const { kind, turn: number = turn } = artifactPlace(artifact.artifactId);
    return number === turn || (isLast && number > turn) ? [{ kind, artifact }] : [];
  });
  const attached = own.filter(({ kind }) => kind !== 'answer');
  return {
    text: own.flatMap(({ kind, artifact }) => (kind === 'answer' ? [textOf(artifact)] : [])).join(''),
    attachments: attached.map(({ artifact: { artifactId: id, name = '', parts } }) => ({ id, name, parts })),
  };
}
