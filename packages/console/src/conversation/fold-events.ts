import type { Artifact, Message, StatusUpdate } from '../api/a2a.js';
import type { TaskEvent, Usage } from '../api/types.js';
import { artifactPlace, WAKES_AT_KEY } from './artifact-place.js';
import { questionOf, textOf } from './question-of.js';
import type { Attachment, Step, ToolStep, Turn } from './turn.js';

type Open<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** A turn that events still change. */
interface OpenTurn extends Omit<Open<Turn>, 'steps' | 'attachments' | 'messages'> {
  steps: Step[];
  attachments: Attachment[];
  /** Ids of the messages with which it asked; the answers follow them in the history. */
  questionIds: string[];
}

/** A turn as its events have made it. */
export type FoldedTurn = Omit<Turn, 'messages'> & { readonly questionIds: readonly string[] };

/** What the metadata `molecule.event` of a status reports. */
interface Activity {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly ok?: boolean;
  readonly message?: string;
  readonly reason?: string;
  readonly delayMs?: number;
}

/**
 * Makes turns of the events of a task. Events come in their order, and an event that came before is left out, so that a page which reads
 * again after a lost connection shows everything once.
 */
export class EventFold {
  #seq = 0;
  readonly #turns: OpenTurn[] = [newTurn(1)];
  readonly #begun = new Map<string, number>();
  #changed = new Set<OpenTurn>();
  #snapshot: FoldedTurn[] = [];

  /** The number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** The turns so far. A turn that has not changed since is the same object. */
  get turns(): readonly FoldedTurn[] {
    if (this.#changed.size === 0 && this.#snapshot.length === this.#turns.length) return this.#snapshot;
    this.#snapshot = this.#turns.map((turn, index) => {
      const before = this.#snapshot[index];
      return before !== undefined && !this.#changed.has(turn)
        ? before
        : { ...turn, steps: [...turn.steps], attachments: [...turn.attachments], questionIds: [...turn.questionIds] };
    });
    this.#changed = new Set();
    return this.#snapshot;
  }

  /** @returns false if the event was known */
  add({ seq, at, event }: TaskEvent): boolean {
    if (seq <= this.#seq) return false;
    this.#seq = seq;
    if (event.statusUpdate !== undefined) this.#status(event.statusUpdate, at);
    else if (event.artifactUpdate !== undefined) {
      const { artifact, append = false } = event.artifactUpdate;
      this.#artifact(artifact, append);
    }
    return true;
  }

  get #last(): OpenTurn {
    return this.#turns.at(-1) as OpenTurn;
  }

  #status({ status, metadata = {} }: StatusUpdate, given: string | undefined): void {
    const at = given ?? status.timestamp;
    if (status.state === 'TASK_STATE_SUBMITTED' && this.#last.state !== 'TASK_STATE_SUBMITTED') {
      this.#turns.push(newTurn(this.#turns.length + 1));
    }
    const turn = this.#last;
    this.#changed.add(turn);
    turn.state = status.state;
    if (at !== undefined) turn.at = at;
    const { 'molecule.event': activity, 'molecule.attempt': attempt, 'molecule.usage': usage } = metadata;
    if (usage !== undefined) turn.usage = usage as Usage;
    if (typeof attempt === 'number') {
      turn.attempt = attempt;
      turn.steps.push({ kind: 'attempt', attempt, ...(at !== undefined && { at }) });
      delete turn.line;
    }
    if (activity !== undefined) this.#activity(turn, activity as Activity, at);
    if (status.message !== undefined) describe(turn, status.message, metadata['molecule.code']);
    else if (status.state !== 'TASK_STATE_WORKING') delete turn.line;
    if (status.message?.metadata?.[WAKES_AT_KEY] !== undefined) this.#sleeps(turn);
  }

  #sleeps(turn: OpenTurn): void {
    const next: OpenTurn = { ...newTurn(this.#turns.length + 1), state: turn.state };
    if (turn.line !== undefined) next.line = turn.line;
    turn.goesOn = true;
    delete turn.line;
    this.#turns.push(next);
  }

  #activity({ steps }: OpenTurn, activity: Activity, at: string | undefined): void {
    const { type, id = '', text = '', name = '', reason = '', delayMs } = activity;
    const last = steps.at(-1);
    switch (type) {
      case 'reasoning-delta':
        if (last?.kind === 'thought') steps[steps.length - 1] = { kind: 'thought', text: last.text + text };
        else steps.push({ kind: 'thought', text });
        break;
      case 'tool-call':
        if (at !== undefined) this.#begun.set(id, Date.parse(at));
        steps.push({ kind: 'tool', id, name, input: activity.input });
        break;
      case 'tool-progress':
        change(steps, id, { progress: activity.message ?? '' });
        break;
      case 'tool-result': {
        const begun = this.#begun.get(id);
        const ms = begun === undefined || at === undefined ? undefined : Math.max(0, Date.parse(at) - begun);
        change(steps, id, { ok: activity.ok ?? true, output: activity.output, ...(ms !== undefined && { ms }) });
        break;
      }
      case 'retry':
        steps.push({ kind: 'retry', reason, ...(delayMs !== undefined && { delayMs }) });
        break;
    }
  }

  #artifact(artifact: Artifact, append: boolean): void {
    const { kind, turn: number = 0 } = artifactPlace(artifact.artifactId);
    const turn = this.#turns[number - 1] ?? this.#last;
    this.#changed.add(turn);
    if (kind === 'answer') {
      const text = textOf(artifact);
      turn.text = append ? turn.text + text : text;
      return;
    }
    const { artifactId: id, name = '', parts } = artifact;
    const index = turn.attachments.findIndex((known) => known.id === id);
    const known = turn.attachments[index];
    if (known === undefined) turn.attachments.push({ id, name, parts });
    else turn.attachments[index] = append ? { ...known, parts: [...known.parts, ...parts] } : { id, name, parts };
  }
}

function newTurn(turn: number): OpenTurn {
  const state = 'TASK_STATE_SUBMITTED';
  return { turn, steps: [], text: '', attachments: [], state, attempt: 1, questionIds: [] };
}

function change(steps: Step[], id: string, values: Partial<ToolStep>): void {
  const index = steps.findLastIndex((step) => step.kind === 'tool' && step.id === id);
  const known = steps[index];
  if (known?.kind === 'tool') steps[index] = { ...known, ...values };
}

/** What the message of a status says, by its state. */
function describe(turn: OpenTurn, message: Message, code: unknown): void {
  const text = textOf(message);
  switch (turn.state) {
    case 'TASK_STATE_WORKING':
      turn.line = text;
      return;
    case 'TASK_STATE_INPUT_REQUIRED':
    case 'TASK_STATE_AUTH_REQUIRED':
      turn.question = { id: message.messageId, prompt: text, details: questionOf(message) };
      turn.questionIds.push(message.messageId);
      break;
    case 'TASK_STATE_FAILED':
    case 'TASK_STATE_REJECTED':
      turn.failure = { code: typeof code === 'string' ? code : '', message: text };
      break;
    default:
      turn.remark = text;
  }
  delete turn.line;
}
