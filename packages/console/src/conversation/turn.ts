import type { Message, Part, TaskState } from '../api/a2a.js';
import type { Failure, Question, Usage } from '../api/types.js';

/** What the agent did besides answering. */
export type Step =
  | { readonly kind: 'thought'; readonly text: string }
  | ToolStep
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs?: number }
  /** The turn was begun again, because its process has ended or the attempt before has failed. */
  | { readonly kind: 'attempt'; readonly attempt: number; readonly at?: string };

export interface ToolStep {
  readonly kind: 'tool';
  readonly id: string;
  readonly name: string;
  readonly input?: unknown;
  readonly output?: unknown;
  /** Absent while the tool runs. */
  readonly ok?: boolean;
  readonly progress?: string;
  readonly ms?: number;
}

/** A file or data that a turn has made. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly parts: readonly Part[];
}

/** A turn as a conversation shows it: the message that began it, and what the agent made of it. */
export interface Turn {
  /** From 1. */
  readonly turn: number;
  readonly messages: readonly Message[];
  readonly steps: readonly Step[];
  /** What the agent says that it does now. */
  readonly line?: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** What it ended with, if that was a question. */
  readonly question?: { readonly id: string; readonly prompt: string; readonly details: Question };
  /** Of the status with which it ended, besides the answer. */
  readonly remark?: string;
  readonly failure?: Failure;
  readonly state: TaskState;
  /** True: it sleeps, and goes on as the next turn. */
  readonly goesOn?: boolean;
  /** Of its last status. */
  readonly at?: string;
  readonly attempt: number;
  readonly usage?: Usage;
}
