/** An answer of the server other than success, or none at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The stable code of the error, for example `TASK_NOT_FOUND`. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** Reads the error's form of A2A's HTTP+JSON binding, with or without `error` around it. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const { message, code } = readBody(text);
  return new ApiError(response.status, message ?? `${response.status} ${response.statusText}`.trim(), code);
}

function readBody(text: string): { message?: string; code?: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text !== '' && text.length < 300 && !text.startsWith('<') ? { message: text } : {};
  }
  const fields = body as { error?: unknown; message?: unknown; code?: unknown; details?: unknown };
  const error = (typeof fields?.error === 'object' && fields.error !== null ? fields.error : fields) as typeof fields;
  const reason = Array.isArray(error?.details)
    ? error.details.map((detail) => (detail as { reason?: unknown } | null)?.reason).find(isString)
    : undefined;
  const code = reason ?? (isString(error?.code) ? error.code : undefined);
  return {
    ...(isString(error?.message) && { message: error.message }),
    ...(code !== undefined && { code }),
  };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
