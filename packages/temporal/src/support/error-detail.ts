/** One line about an error with its innermost cause, for a log. */
export function errorDetail(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = innermostCause(error);
  return cause === error ? error.message : `${error.message}: ${cause.message}`;
}

function innermostCause(error: Error): Error {
  let current = error;
  for (let depth = 0; depth < 8 && current.cause instanceof Error; depth += 1) current = current.cause;
  return current;
}
