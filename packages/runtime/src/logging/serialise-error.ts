/** What the log keeps of an error: all of it, because the log is the one place where details belong. */
interface SerialisedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const DEEPEST_CAUSE = 5;

/** Makes an error's code, stack and causes visible to JSON. Other values pass through. */
function serialiseError(value: unknown, depth = 0): unknown {
  if (!(value instanceof Error)) return value;
  const { code } = value as { code?: unknown };
  const goDeeper = depth < DEEPEST_CAUSE;
  return {
    name: value.name,
    message: value.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(value.stack === undefined ? {} : { stack: value.stack }),
    ...(value.cause === undefined || !goDeeper ? {} : { cause: serialiseError(value.cause, depth + 1) }),
    ...(value instanceof AggregateError && goDeeper
      ? { errors: value.errors.map((error) => serialiseError(error, depth + 1)) }
      : {}),
  } satisfies SerialisedError;
}

/** Serialises those fields of a log line that are errors. */
export function serialiseFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, serialiseError(value)]));
}
