import type { Artifact, JsonObject, Message, TaskState } from '../../../api/a2a.js';
import type { Failure, Usage } from '../../../api/types.js';

/** What all entries of a timeline have. An entry is never changed; a changed one is a new object with the same key. */
interface Entry {
  readonly key: string;
  /** Of the event that began it. */
  readonly seq: number;
  readonly at?: string | undefined;
  readonly turn: number;
}

/** What a person wrote: the message that began the turn. */
export interface SaidEntry extends Entry {
  readonly kind: 'said';
  /** The id of the agent's question before it; undefined: the task begins. */
  readonly after: string | undefined;
}

/** The turn runs again, in this or another process. */
export interface AttemptEntry extends Entry {
  readonly kind: 'attempt';
  readonly attempt: number;
}

/** A piece of the answer: some paragraphs of Markdown. */
export interface TextEntry extends Entry {
  readonly kind: 'text';
  readonly source: string;
  /** A later attempt has replaced it. */
  readonly isVoid: boolean;
}

export interface ThoughtEntry extends Entry {
  readonly kind: 'thought';
  readonly source: string;
  readonly endedAt?: string | undefined;
}

export interface ToolEntry extends Entry {
  readonly kind: 'tool';
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly output?: unknown;
  /** `lost`: the attempt ended before the tool did. */
  readonly state: 'running' | 'done' | 'failed' | 'lost';
  readonly progress?: string;
  /** Input or output was shortened when the task's events were deleted. */
  readonly isCut?: boolean;
  readonly endedAt?: string | undefined;
}

export interface RetryEntry extends Entry {
  readonly kind: 'retry';
  readonly reason: string;
  readonly delayMs?: number | undefined;
}

/** A line about what the agent does, or waits for. */
export interface NoteEntry extends Entry {
  readonly kind: 'progress' | 'waiting';
  readonly text: string;
}

/** The text before it is void. */
export interface ResetEntry extends Entry {
  readonly kind: 'reset';
}

/** A file, data, or an artifact that the engine names. */
export interface ArtifactEntry extends Entry {
  readonly kind: 'artifact';
  readonly artifact: Artifact;
}

export interface QuestionEntry extends Entry {
  readonly kind: 'question';
  readonly state: TaskState;
  readonly message: Message | undefined;
}

/** The end of the task. */
export interface EndEntry extends Entry {
  readonly kind: 'end';
  readonly state: TaskState;
  readonly message: Message | undefined;
  readonly failure?: Failure | undefined;
  readonly usage?: Usage | undefined;
  readonly finishReason?: string | undefined;
  /** Of the turn, in milliseconds. */
  readonly durationMs?: number | undefined;
}

/** An event of an engine that this page does not know. */
export interface OtherEntry extends Entry {
  readonly kind: 'other';
  readonly name: string;
  readonly value: JsonObject;
}

export type TimelineEntry =
  | SaidEntry
  | AttemptEntry
  | TextEntry
  | ThoughtEntry
  | ToolEntry
  | RetryEntry
  | NoteEntry
  | ResetEntry
  | ArtifactEntry
  | QuestionEntry
  | EndEntry
  | OtherEntry;
