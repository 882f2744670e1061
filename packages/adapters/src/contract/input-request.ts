import type { JsonObject, JsonValue } from './json.js';

/** One of the answers that a request offers. Its `id` is unique in the request. */
export interface InputChoice {
  readonly id: string;
  readonly label: string;
  /** Of an approval: whether the choice allows or refuses. Clients that show two buttons, or none of these labels, need it. */
  readonly means?: 'approve' | 'reject';
}

/** What counts as the answer if none comes in time: one of the three, or several. */
export interface ExpiredAnswer {
  /** `id` of an offered choice. */
  readonly choice?: string;
  readonly text?: string;
  readonly data?: JsonValue;
}

/** What a person is asked for. */
export interface InputRequest {
  /** Chosen by the engine, unique in the event; the answer names it. */
  readonly requestId: string;
  /** `approval`: the person allows or refuses something. `question`: the person gives information. */
  readonly request: 'approval' | 'question';
  /** For the person. */
  readonly prompt: string;
  /** Answers to choose from; the person may also write another text. */
  readonly choices?: readonly InputChoice[];
  /** For an approval: the tool call that waits for it. */
  readonly tool?: { readonly name: string; readonly input: JsonValue };
  /**
   * For a form: a JSON Schema (2020-12, or draft-07 if `$schema` says so) of the data that the answer has. The runtime refuses data that does
   * not fit. It passes on an answer without data, such as a text, and any data if the schema cannot be used: if it has more than 64 KiB,
   * is none, or refers to an address.
   */
  readonly schema?: JsonObject;
  /** ISO 8601. From then on, within some seconds, the request is answered by `otherwise`. Default: it waits for as long as the task exists. */
  readonly expiresAt?: string;
  /**
   * With `expiresAt`: the answer that counts when none has come by then; the turn gets it marked as `expired`. Absent: the task ends
   * as failed with `QUESTION_EXPIRED`.
   */
  readonly otherwise?: ExpiredAnswer;
}

/**
 * The turn ends, and the task waits for a person's answer. The answer comes as an {@link AnswerTurn} with the same `requestId`, perhaps
 * days later and in another process, so the engine stores what it needs to continue. If no answer comes, `AgentEngine.abandon` is
 * called.
 */
export interface InputRequiredEvent extends InputRequest {
  readonly type: 'input-required';
  /**
   * What is asked for at the same time. The answers may come in one message or one by one, in any order. The runtime stores them, and runs
   * the {@link AnswerTurn} once all requests are answered, with all of the answers.
   */
  readonly also?: readonly InputRequest[];
}

/** The requests of an event, in their order. */
export function requestsOf({ type: _type, also = [], ...first }: InputRequiredEvent): readonly InputRequest[] {
  return [first, ...also];
}
