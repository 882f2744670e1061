import type { AgentSpec } from '../agent.ts';

/** An engine under fire: how its agent is started, what to ask it, and what it must answer. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  /** The workspace, in directories of its own. */
  readonly spec: AgentSpec;
  /** A turn that streams for some two seconds. */
  readonly long: Prompt;
  /** One of some eight seconds: Temporal can be started again in its middle. */
  readonly longer: Prompt;
  /** A turn that asks a person; `answer` is what the turn after the reply answers. */
  readonly asking: Prompt & { readonly reply: string };
  /** A turn that has its answer ready a moment before it tells so; only the ledger engine can say when that is. */
  readonly lingering?: Prompt;
  /** A turn that calls a tool before it answers; the ledger engine has none. */
  readonly tooling?: Prompt;
  /** The ledger's file, for the engine that keeps one. */
  readonly ledger?: string;
}

export interface Prompt {
  readonly text: string;
  readonly answer: string;
}

/** Makes a subject whose agent uses the Temporal at an address. */
export type SubjectFactory = (temporal: string) => Promise<Subject>;
