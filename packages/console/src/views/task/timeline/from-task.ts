import type { Message, Task } from '../../../api/a2a.js';
import type { Usage } from '../../../api/types.js';
import { artifactPlace } from '../../../conversation/artifact-place.js';
import type { TimelineEntry } from './items.js';
import { textOf } from './text-of.js';

const ENDED = /^TASK_STATE_(COMPLETED|FAILED|CANCELED|REJECTED)$/;

/** What is known of a task of which no event is stored: what was asked and answered in turn, its results, and how it ended. */
export function entriesOf({ history = [], artifacts = [], status, metadata = {} }: Task): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let turn = 1;
  let question: string | undefined;
  let before: Message['role'] = 'ROLE_AGENT';
  // Turns that have slept have more numbers than questions: the last one has the rest.
  const addResults = (last = turn) => {
    for (const artifact of artifacts) {
      const made = turnOf(artifact.artifactId);
      if (made < turn || made > last) continue;
      entries.push({ kind: 'artifact', key: `artifact-${artifact.artifactId}`, seq: 0, turn, artifact });
    }
  };
  for (const message of history) {
    const { messageId, role } = message;
    if (role === 'ROLE_AGENT') {
      addResults();
      question = messageId;
      const key = `question-${messageId}`;
      entries.push({ kind: 'question', key, seq: 0, turn, state: 'TASK_STATE_INPUT_REQUIRED', message });
    } else if (before === 'ROLE_AGENT') {
      // Messages that follow each other are of one turn: the entry shows all of them.
      if (question !== undefined) turn += 1;
      entries.push({ kind: 'said', key: `said-${turn}`, seq: 0, turn, after: question });
    }
    before = role;
  }
  addResults(Number.POSITIVE_INFINITY);
  if (!ENDED.test(status.state)) return entries;
  const code = metadata['molecule.code'];
  const usage = metadata['molecule.usage'] as Usage | undefined;
  const { state, message, timestamp: at } = status;
  const failure = typeof code === 'string' ? { code, message: textOf(message?.parts) } : undefined;
  entries.push({ kind: 'end', key: 'end', seq: 0, at, turn, state, message, failure, usage });
  return entries;
}

export function turnOf(artifactId: string): number {
  return artifactPlace(artifactId).turn ?? 1;
}
