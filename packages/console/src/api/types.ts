/** The read API below `/console/api`. All times are ISO 8601 in UTC. docs/console.md describes it. */
import type { AgentCard, JsonObject, StreamResponse, Task, TaskState } from './a2a.js';

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly reasoningTokens?: number;
  /** In US dollars; absent if the engine reports no price. */
  readonly costUsd?: number;
  readonly model?: string;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A row of the list of tasks. */
export interface TaskRow {
  readonly id: string;
  readonly contextId: string;
  readonly owner: string;
  readonly state: TaskState;
  /** The first 160 characters of the message that began the task. */
  readonly title: string;
  readonly createdAt: string;
  /** When the task reached its state. */
  readonly statusAt: string;
  /** From the creation to the end; absent while the task is open. */
  readonly durationMs?: number;
  /** The number of the task's last event. */
  readonly seq: number;
  readonly turn: number;
  readonly attempt: number;
  readonly durable: boolean;
  readonly failure?: Failure;
  readonly usage?: Usage;
  /** The prompt of the question that is open, at most 300 characters. */
  readonly asks?: string;
}

/** `GET session`: who the caller is. */
export interface Session {
  readonly owner: string;
  readonly scopes: readonly string[];
  readonly authenticated: boolean;
  readonly access: 'anonymous' | 'tokens' | 'certificates';
  readonly agent: { readonly name: string; readonly description: string; readonly version: string };
  readonly dev: boolean;
  /** The server's clock, for ages that do not depend on the viewer's clock. */
  readonly now: string;
}

/** `GET tasks`. */
export interface TaskPage {
  readonly tasks: readonly TaskRow[];
  readonly next?: string;
}

/** `GET counts`, and the data of the live stream's event `counts`. */
export interface Counts {
  readonly open: Readonly<Partial<Record<TaskState, number>>>;
  readonly ended24h: Readonly<Partial<Record<TaskState, number>>>;
}

export interface QuestionChoice {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Of an approval: whether the choice allows or refuses. */
  readonly means?: 'approve' | 'reject';
}

/** One of the requests of a question. */
export interface QuestionRequest {
  readonly requestId: string;
  readonly request: 'approval' | 'question' | 'auth' | (string & {});
  readonly prompt: string;
  readonly choices?: readonly QuestionChoice[];
  readonly tool?: { readonly name: string; readonly input?: unknown };
  /** The JSON Schema of the answer's data. */
  readonly schema?: JsonObject;
  readonly expiresAt?: string;
  /** Of `auth`: where the authorization is given. */
  readonly url?: string;
  /** Of `auth`: the name of the service that wants it. */
  readonly service?: string;
  /** Of `auth`: what it is to allow. */
  readonly scopes?: readonly string[];
}

export interface Question {
  readonly requests: readonly QuestionRequest[];
}

/** Work that the agent has given to another one. */
export interface Delegation {
  readonly id: string;
  readonly peer: { readonly id: string; readonly name: string; readonly url: string };
  /** At most 500 characters of the request. */
  readonly text: string;
  readonly mode: string;
  readonly state: string;
  readonly remoteTask?: string;
  /** At most 2,000 characters of the answer. */
  readonly answer?: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly children?: readonly Delegation[];
  /** Why the peer's own delegations are not known. */
  readonly childrenError?: string;
}

/** `GET tasks/:id`. */
export interface TaskDetail extends TaskRow {
  readonly task: Task;
  /** History or artifacts were cut. */
  readonly truncated?: boolean;
  readonly question?: Question;
  readonly delegations: readonly Delegation[];
  readonly links: { readonly temporal?: string; readonly trace?: string };
  readonly events: { readonly first: number; readonly last: number; readonly complete: boolean };
}

/** An event of a task with its number. */
export interface TaskEvent {
  readonly seq: number;
  readonly at?: string;
  readonly event: StreamResponse;
}

/** `GET tasks/:id/events`. */
export interface EventPage {
  readonly events: readonly TaskEvent[];
  readonly more: boolean;
  /** False: text deltas were deleted by retention, steps were kept. */
  readonly complete: boolean;
}

/** `GET inbox`, oldest first. */
export interface Inbox {
  readonly tasks: readonly (TaskRow & { readonly question: Question })[];
}

export interface ContextRow {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly tasks: number;
  readonly lastAt: string;
  readonly state: TaskState;
}

/** `GET contexts`. */
export interface ContextPage {
  readonly contexts: readonly ContextRow[];
  readonly next?: string;
}

export interface UsageRow {
  /** YYYY-MM-DD in the zone that was asked for. */
  readonly day: string;
  readonly owner: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly reasoningTokens: number;
  readonly costUsd: number;
  readonly turns: number;
}

/** `GET usage`. */
export interface UsageReport {
  readonly rows: readonly UsageRow[];
}

/** Whether the agent could take a message now. */
export interface Health {
  readonly ready: boolean;
  /** What was checked, and the result. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** Since the process started. */
  readonly turns: { readonly running: number; readonly waiting: number; readonly refused: number };
}

export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly state: string;
}

/** A value of the configuration or the environment; secrets are left out. */
export interface Setting {
  readonly name: string;
  readonly value: unknown;
  /** Where it comes from. */
  readonly from: string;
}

/** `GET agent`. The fields after `model` need the scope `admin`. */
export interface AgentReport {
  readonly card: AgentCard;
  readonly health: Health;
  /** Whether a turn survives the end of the process, and why not. */
  readonly durable: { readonly yes: boolean; readonly detail: string };
  readonly versions: Readonly<Record<string, string>>;
  /** The name of the engine. */
  readonly engine: string;
  /** Empty: the engine chooses. */
  readonly model?: string;
  readonly tools?: readonly { readonly name: string; readonly description?: string }[];
  readonly skills?: readonly { readonly id: string; readonly name: string; readonly description?: string }[];
  readonly prompt?: string;
  readonly peers?: readonly Peer[];
  readonly settings?: readonly Setting[];
}
