import type { InputChoice } from '@molecule/adapters';

/** What an `input-required` waits for; kept with the task until the answer comes. */
export interface PendingInput {
  readonly requestId: string;
  readonly request: 'approval' | 'question';
  readonly choices: readonly InputChoice[];
}

/** How a turn ended. */
export type TurnResult =
  | { readonly kind: 'completed'; readonly finalText: string }
  | { readonly kind: 'input-required'; readonly prompt: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'canceled' };
