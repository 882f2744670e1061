/** A task in the client's view, in either version of the protocol. */
export interface SeenTask {
  readonly id: string;
  readonly contextId: string;
  /** A state name of 0.3, for example `completed` or `input-required`. */
  readonly state: string;
  /** The text of its artifacts. */
  readonly text: string;
  /** The stable code of a failure. */
  readonly code?: string;
}

/** An event of a stream. */
export type SeenEvent =
  | { readonly kind: 'task'; readonly task: SeenTask }
  | { readonly kind: 'status'; readonly taskId: string; readonly state: string }
  | { readonly kind: 'artifact'; readonly artifactId: string; readonly text: string; readonly append: boolean };

export interface MessageIds {
  readonly taskId?: string;
  readonly contextId?: string;
}

/** One version of the protocol over JSON-RPC: the names of its methods, and the form of its objects. */
export interface Dialect {
  readonly version: '1.0' | '0.3';
  readonly headers: Readonly<Record<string, string>>;
  readonly methods: {
    readonly send: string;
    readonly stream: string;
    readonly get: string;
    readonly cancel: string;
  };
  message(text: string, ids: MessageIds): object;
  readTask(result: unknown): SeenTask;
  readEvent(result: unknown): SeenEvent;
}

const TASK_NOT_FOUND = -32001;
const METHOD_NOT_FOUND = -32601;

/** JSON-RPC error codes that both versions share. */
export const RPC_CODES = { taskNotFound: TASK_NOT_FOUND, methodNotFound: METHOD_NOT_FOUND } as const;
