import type { EngineErrorCode, InputRequiredEvent, JsonObject, TurnEvent } from '@molecule/adapters';

/** One step of a scripted turn. */
export type Step =
  /** Streams the text word by word. */
  | { readonly say: string; readonly everyMs?: number }
  /** Streams numbered words: `word1 word2 ...`, a list from which a missing or doubled word is seen. */
  | { readonly count: number; readonly everyMs?: number }
  | { readonly think: string }
  | { readonly event: TurnEvent }
  /** A tool call with its result, `ms` later. */
  | {
      readonly tool: string;
      readonly input: object;
      readonly output: unknown;
      readonly ok?: boolean;
      readonly ms?: number;
    }
  /** Calls a tool of the runtime, for example to give a task to a peer. */
  | { readonly use: string; readonly input: JsonObject }
  /** Many calls of a tool, each with its result: two events a call. */
  | { readonly calls: number }
  /** Many events at once: lines about what the agent does. */
  | { readonly lines: number }
  /** Waits until the file `gates/<name>` is in the directory of the agent: see `openGate`. */
  | { readonly gate: string; readonly onAttempt?: number }
  /** Works until the turn is canceled. */
  | { readonly hang: true }
  | { readonly fail: EngineErrorCode; readonly message: string; readonly onAttempt?: number }
  /** Asks a person, and plays `after` once the answer is there; `{answer}` in what is said is the answer. */
  | { readonly ask: Omit<InputRequiredEvent, 'type'>; readonly after?: readonly Step[] };

/** The text of a message with these steps. */
export function script(...steps: readonly Step[]): string {
  return JSON.stringify(steps);
}
