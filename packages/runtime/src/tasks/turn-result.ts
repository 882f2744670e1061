import type { InputChoice } from '@molecule/adapters';

/** The open question of an `input-required` task; stored with the task until it is answered. */
export interface PendingInput {
  readonly requestId: string;
  readonly request: 'approval' | 'question';
  readonly choices: readonly InputChoice[];
}

/** The end of a turn. */
export type TurnResult =
  | { readonly kind: 'completed'; readonly finalText: string }
  | { readonly kind: 'input-required'; readonly prompt: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'canceled' };
