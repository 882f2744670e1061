import type { Task } from '@a2a-js/sdk';
import { answerId, textIn } from '../events/answer-artifact.js';
import type { TurnResult } from '../turn-result.js';

/** A result without its texts, which the task holds: the answer in an artifact, a question or a failure in the status. */
export type StoredResult =
  | { readonly kind: 'completed' }
  | { readonly kind: 'input-required' }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'canceled' };

/** A result as it is stored: JSON without its texts. */
export function resultToJson(result: TurnResult): string {
  const stored: StoredResult =
    result.kind === 'failed' ? { kind: result.kind, code: result.code } : { kind: result.kind };
  return JSON.stringify(stored);
}

export function storedResult(json: string): StoredResult {
  return JSON.parse(json) as StoredResult;
}

/** The whole result. @param task as it was when the turn had ended */
export function wholeResult(stored: StoredResult, turn: number, task: Task): TurnResult {
  switch (stored.kind) {
    case 'completed':
      return {
        kind: 'completed',
        finalText: textIn(task.artifacts.find(({ artifactId }) => artifactId === answerId(turn))),
      };
    case 'input-required':
      return { kind: 'input-required', prompt: statusText(task) };
    case 'failed':
      return { kind: 'failed', code: stored.code, message: statusText(task) };
    case 'canceled':
      return stored;
  }
}

function statusText({ status }: Task): string {
  const [first] = status?.message?.parts ?? [];
  return textIn(first && { parts: [first] });
}
