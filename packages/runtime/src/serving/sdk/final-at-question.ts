import type { Json, NumberedStream } from './json.js';

const QUESTIONS: readonly unknown[] = ['input-required', 'auth-required'];

/**
 * Marks a 0.3 event as the last one of its stream if the task waits for an answer: the stream ends there. The SDK marks only the
 * events of tasks that have ended.
 */
export async function* finalAtQuestion(stream: NumberedStream, mark: (data: Json) => Json = marked): NumberedStream {
  for await (const { seq, data } of stream) yield { seq, data: mark(data) };
}

/** The event of a JSON-RPC answer, marked. */
export function markedResult(answer: Json): Json {
  return { ...answer, result: marked(answer['result'] as Json) };
}

function marked(event: Json): Json {
  const { kind, status } = event as { readonly kind?: unknown; readonly status?: { readonly state?: unknown } };
  return kind === 'status-update' && QUESTIONS.includes(status?.state) ? { ...event, final: true } : event;
}
