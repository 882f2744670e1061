const QUESTIONS: readonly unknown[] = ['input-required', 'auth-required'];

/**
 * An event of a 0.3 stream, said to be the last one when the task waits for somebody: the stream ends there. The SDK says so
 * of tasks that are over only.
 */
export function finalAtQuestion<Event>(event: Event): Event {
  const { kind, status } = event as { readonly kind?: unknown; readonly status?: { readonly state?: unknown } };
  return kind === 'status-update' && QUESTIONS.includes(status?.state) ? { ...event, final: true } : event;
}
