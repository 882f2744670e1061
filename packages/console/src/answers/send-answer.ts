import { sendMessage } from '../api/send-message.js';

/** The task that waits. */
export interface Asking {
  readonly id: string;
  readonly contextId: string;
}

/** The answer to one request: one of the four, or several. */
export interface Answer {
  readonly requestId: string;
  /** `id` of an offered choice. */
  readonly choice?: string;
  /** To an approval without choices: true allows, false refuses. */
  readonly approved?: boolean;
  readonly text?: string;
  /** Of a form. */
  readonly data?: unknown;
}

/**
 * Answers a request by `SendMessage` of A2A, without waiting for the turn that follows.
 *
 * @param said What the conversation shows as the answer, such as the label of the choice. Absent: `answer.text`
 * @throws {ApiError} for example with the code `FORM_ANSWER_INVALID` or `REQUEST_NOT_OPEN`
 */
export async function sendAnswer(task: Asking, answer: Answer, said = answer.text): Promise<void> {
  const parts = [
    ...(said === undefined || said === '' ? [] : [{ text: said }]),
    { data: answer, mediaType: 'application/json' },
  ];
  await sendMessage({ taskId: task.id, contextId: task.contextId, parts });
}
