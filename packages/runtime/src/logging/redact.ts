const REPLACEMENT = '[redacted]';
/** A JSON field whose name says that its text is a secret. */
const SECRET_FIELD = /("[\w.-]*(?:authorization|password|secret|api[_-]?key|token|cookie)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** The value of an Authorization header, wherever it stands in a text. */
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

/**
 * Makes a function that covers secrets in a finished log line: the known values wherever they stand, and whatever looks
 * like credentials.
 */
export function createRedactor(secrets: readonly string[]): (line: string) => string {
  const known = knownValues(secrets);
  return (line) => {
    const covered = known === undefined ? line : line.replaceAll(known, REPLACEMENT);
    return covered.replaceAll(SECRET_FIELD, `$1"${REPLACEMENT}"`).replaceAll(CREDENTIALS, `$1 ${REPLACEMENT}`);
  };
}

function knownValues(secrets: readonly string[]): RegExp | undefined {
  // A line is JSON: a secret with a quote or a line feed in it stands there escaped. Addresses have it percent-encoded.
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const longestFirst = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return undefined;
  return new RegExp(longestFirst.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}
