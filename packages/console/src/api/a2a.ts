/** The JSON forms of A2A 1.0 that the page reads. Fields that it does not use are left out. */

export type TaskState =
  | 'TASK_STATE_SUBMITTED'
  | 'TASK_STATE_WORKING'
  | 'TASK_STATE_INPUT_REQUIRED'
  | 'TASK_STATE_AUTH_REQUIRED'
  | 'TASK_STATE_COMPLETED'
  | 'TASK_STATE_FAILED'
  | 'TASK_STATE_CANCELED'
  | 'TASK_STATE_REJECTED';

export type JsonObject = { readonly [name: string]: unknown };

/** One of `text`, `raw` (base64), `url` and `data`. */
export interface Part {
  readonly text?: string;
  readonly raw?: string;
  readonly url?: string;
  readonly data?: unknown;
  readonly filename?: string;
  readonly mediaType?: string;
  readonly metadata?: JsonObject;
}

export interface Message {
  readonly messageId: string;
  readonly role: 'ROLE_USER' | 'ROLE_AGENT';
  readonly parts: readonly Part[];
  readonly taskId?: string;
  readonly contextId?: string;
  readonly metadata?: JsonObject;
}

export interface Artifact {
  readonly artifactId: string;
  readonly name?: string;
  readonly description?: string;
  readonly parts: readonly Part[];
  readonly metadata?: JsonObject;
}

export interface TaskStatus {
  readonly state: TaskState;
  readonly message?: Message;
  readonly timestamp?: string;
}

export interface Task {
  readonly id: string;
  readonly contextId: string;
  readonly status: TaskStatus;
  readonly history?: readonly Message[];
  readonly artifacts?: readonly Artifact[];
  readonly metadata?: JsonObject;
}

export interface StatusUpdate {
  readonly taskId: string;
  readonly contextId: string;
  readonly status: TaskStatus;
  readonly metadata?: JsonObject;
}

export interface ArtifactUpdate {
  readonly taskId: string;
  readonly contextId: string;
  readonly artifact: Artifact;
  readonly append?: boolean;
  readonly lastChunk?: boolean;
  readonly metadata?: JsonObject;
}

/** An event of a task as a stream of A2A sends it: one of the four. */
export interface StreamResponse {
  readonly task?: Task;
  readonly message?: Message;
  readonly statusUpdate?: StatusUpdate;
  readonly artifactUpdate?: ArtifactUpdate;
}

/** The card as it is served; everything in it is the agent's text. */
export interface AgentCard {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly provider?: { readonly organization?: string; readonly url?: string };
  readonly documentationUrl?: string;
  readonly supportedInterfaces?: readonly {
    readonly url: string;
    readonly protocolBinding?: string;
    readonly protocolVersion?: string;
  }[];
  readonly skills?: readonly {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly tags?: readonly string[];
    readonly examples?: readonly string[];
  }[];
}
