import type { InputAnswer, InputChoice, InputRequest } from '@molecule/adapters';

/** What a task waits for. `auth`: an authorization. */
export type PendingRequest = Omit<InputRequest, 'request'> & { readonly request: InputRequest['request'] | 'auth' };

/** The open question of a task that waits for an answer; stored with the task until it is answered. */
export interface PendingInput {
  /** Of the first request that is open. */
  readonly requestId: string;
  readonly request: PendingRequest['request'];
  readonly choices: readonly InputChoice[];
  /** All that was asked for at once, in order. Absent: an older version has asked, for one thing only. */
  readonly requests?: readonly PendingRequest[];
  /** The answers that came while other requests were open. */
  readonly answers?: readonly InputAnswer[];
}

/** The end of a turn. */
export type TurnResult =
  | { readonly kind: 'completed'; readonly finalText: string }
  | { readonly kind: 'input-required'; readonly prompt: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'canceled' };
