/** An error as the log writes it: complete, since details belong in the log only. */
interface SerialisedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const DEEPEST_CAUSE = 5;

/** Converts an error with its code, stack and causes to plain data. Returns other values unchanged. */
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

/** Converts the fields of a log line that are errors. */
export function serialiseFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, serialiseError(value)]));
}
