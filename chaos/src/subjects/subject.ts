import type { ScriptedModel } from '@molecule/adapters/testing';
import type { AgentSpec } from '../agent.ts';

/** An engine under test: how its agent is started, what it is asked, and what it must answer. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  /** The workspace, in separate directories. */
  readonly spec: AgentSpec;
  /** A turn that streams for about two seconds. */
  readonly long: Prompt;
  /** A turn that streams for about eight seconds, so that Temporal can be restarted during it. */
  readonly longer: Prompt;
  /** A turn that asks a person; `answer` is the answer of the turn after the reply. */
  readonly asking: Prompt & { readonly reply: string };
  /** A turn that finishes its answer a moment before it ends; only the ledger engine records when. */
  readonly lingering?: Prompt;
  /** A turn that answers at once. */
  readonly short: Prompt;
  /** A turn that says nothing for a second and a half, then streams for about two. */
  readonly hesitant: Prompt;
  /** A turn that calls a tool before it answers; the ledger engine has no tools. */
  readonly tooling?: Prompt;
  /** The file of the ledger, for the ledger engine. */
  readonly ledger?: string;
  /** The model behind the engine. */
  readonly model?: ScriptedModel;
  /** The variable with the model's key. */
  readonly keyVariable?: string;
}

export interface Prompt {
  readonly text: string;
  readonly answer: string;
}

/** Makes a subject whose agent uses the Temporal server at an address. */
export type SubjectFactory = (temporal: string) => Promise<Subject>;
