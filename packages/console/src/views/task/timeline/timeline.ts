import type { Artifact, ArtifactUpdate, JsonObject, StatusUpdate, Task, TaskState } from '../../../api/a2a.js';
import type { TaskEvent, Usage } from '../../../api/types.js';
import { WAKES_AT_KEY } from '../../../conversation/artifact-place.js';
import { EngineEvents, type Place } from './engine-events.js';
import { EntryList } from './entry-list.js';
import { entriesOf, turnOf } from './from-task.js';
import { GrowingText } from './growing-text.js';
import type { EndEntry, TimelineEntry } from './items.js';
import { textOf } from './text-of.js';

const WAITING: ReadonlySet<TaskState> = new Set<TaskState>(['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED']);

/** What happened to a task, made of its events one after the other; nothing is computed again for a further event. */
export class Timeline {
  readonly #list = new EntryList();
  readonly #engine = new EngineEvents(this.#list);
  #turn = 1;
  #turnBegan: string | undefined;
  #question: string | undefined;
  /** The text that is being written, and the key of its last block. */
  #text: { readonly growing: GrowingText; key: string } | undefined;
  #usage: Usage | undefined;
  #at: string | undefined;

  constructor() {
    this.#list.add({ kind: 'said', key: 'said-1', seq: 0, turn: 1, after: undefined });
  }

  get entries(): readonly TimelineEntry[] {
    return this.#list.entries;
  }

  /** The usage of the present turn. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Adds an event; the caller keeps their order and hands on each once. */
  add({ seq, at, event }: TaskEvent): void {
    if (event.statusUpdate) this.#status(seq, event.statusUpdate);
    else if (event.artifactUpdate) this.#artifact({ seq, at: at ?? this.#at, turn: this.#turn }, event.artifactUpdate);
  }

  /** A timeline of a task of which no event is stored. */
  static ofTask(task: Task): Timeline {
    const timeline = new Timeline();
    timeline.#list.replaceAll(entriesOf(task));
    return timeline;
  }

  /** Adds artifacts of a task whose deltas were deleted, before the end of their turn; true if one was unknown. */
  addKnown(artifacts: readonly Artifact[]): boolean {
    let added = false;
    for (const artifact of artifacts) {
      const key = `artifact-${artifact.artifactId}`;
      if (this.#list.get(key)) continue;
      const turn = turnOf(artifact.artifactId);
      const { entries } = this.#list;
      const end = entries.findIndex(
        (entry) => entry.turn > turn || (entry.turn === turn && (entry.kind === 'end' || entry.kind === 'question')),
      );
      const place = end === -1 ? entries.length : end;
      this.#list.insert(place, [{ kind: 'artifact', key, seq: entries[place]?.seq ?? 0, turn, artifact }]);
      added = true;
    }
    return added;
  }

  #status(seq: number, { status, metadata = {} }: StatusUpdate) {
    const { state, message, timestamp } = status;
    this.#at = timestamp ?? this.#at;
    this.#turnBegan ??= timestamp;
    const place: Place = { seq, at: timestamp, turn: this.#turn };
    const usage = metadata['molecule.usage'];
    if (usage !== undefined) this.#usage = usage as Usage;
    if (state === 'TASK_STATE_SUBMITTED') return this.#nextTurn(seq, timestamp);
    if (state !== 'TASK_STATE_WORKING') return this.#settled(place, status, metadata);
    const attempt = metadata['molecule.attempt'];
    if (typeof attempt === 'number') {
      this.#text = undefined;
      this.#engine.interrupted(place);
      this.#list.add({ kind: 'attempt', key: `attempt-${seq}`, ...place, attempt });
    }
    if (message?.metadata?.['molecule.progress'] === true) {
      this.#text = undefined;
      this.#engine.note(place, 'progress', textOf(message.parts));
    }
    if (message?.metadata?.[WAKES_AT_KEY] !== undefined) this.#turn += 1;
    const event = metadata['molecule.event'];
    if (typeof event !== 'object' || event === null) return;
    this.#text = undefined;
    this.#engine.add(place, event as JsonObject, metadata['molecule.cut'] !== undefined);
  }

  #nextTurn(seq: number, at: string | undefined): void {
    this.#turn += 1;
    this.#turnBegan = at;
    this.#text = undefined;
    this.#usage = undefined;
    const after = this.#question;
    this.#list.add({ kind: 'said', key: `said-${this.#turn}`, seq, at, turn: this.#turn, after });
  }

  #settled(place: Place, { state, message }: StatusUpdate['status'], metadata: JsonObject): void {
    this.#text = undefined;
    this.#engine.interrupted(place);
    if (WAITING.has(state)) {
      this.#question = message?.messageId;
      this.#list.add({ kind: 'question', key: `question-${place.seq}`, ...place, state, message });
      return;
    }
    const code = metadata['molecule.code'];
    const reason = metadata['molecule.finishReason'];
    const end: EndEntry = {
      kind: 'end',
      key: `end-${place.seq}`,
      ...place,
      state,
      message,
      usage: this.#usage,
      ...(typeof code === 'string' && { failure: { code, message: textOf(message?.parts) } }),
      ...(typeof reason === 'string' && { finishReason: reason }),
      ...(place.at && this.#turnBegan && { durationMs: Date.parse(place.at) - Date.parse(this.#turnBegan) }),
    };
    this.#list.add(end);
  }

  #artifact(place: Place, { artifact, append = false, metadata }: ArtifactUpdate) {
    if (artifact.artifactId === `answer-${this.#turn}`) {
      if (metadata?.['molecule.reset'] === true || !append) this.#voidText(place);
      return this.#addText(place, textOf(artifact.parts));
    }
    this.#text = undefined;
    const key = `artifact-${artifact.artifactId}`;
    const known = this.#list.get(key);
    if (known?.kind !== 'artifact') this.#list.add({ kind: 'artifact', key, ...place, artifact });
    else {
      const parts = append ? [...known.artifact.parts, ...artifact.parts] : artifact.parts;
      this.#list.replace({ ...known, artifact: { ...artifact, parts } });
    }
  }

  #addText(place: Place, piece: string): void {
    if (piece === '') return;
    if (this.#text === undefined) {
      const key = `text-${place.seq}`;
      this.#text = { growing: new GrowingText(), key };
      this.#list.add({ kind: 'text', key, ...place, source: '', isVoid: false });
    }
    const { growing } = this.#text;
    for (const [index, source] of growing.add(piece).entries()) {
      this.#list.replace({ kind: 'text', key: this.#text.key, ...place, source, isVoid: false });
      this.#text.key = `text-${place.seq}-${index}`;
      this.#list.add({ kind: 'text', key: this.#text.key, ...place, source: '', isVoid: false });
    }
    const last = this.#list.get(this.#text.key);
    if (last?.kind === 'text') this.#list.replace({ ...last, source: growing.tail });
  }

  /** The text of this turn so far does not count. */
  #voidText(place: Place): void {
    this.#text = undefined;
    const changed = this.#list.changeBack(
      ({ turn }) => turn !== this.#turn,
      (entry) => (entry.kind === 'text' && !entry.isVoid ? { ...entry, isVoid: true } : undefined),
    );
    if (changed) this.#list.add({ kind: 'reset', key: `reset-${place.seq}`, ...place });
  }
}
