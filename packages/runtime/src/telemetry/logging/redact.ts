const REPLACEMENT = '[redacted]';
/** A JSON field whose name marks its text as a secret. */
const SECRET_FIELD = /("[\w.-]*(?:authorization|password|secret|api[_-]?key|token|cookie)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** The value of an Authorization header, anywhere in a text. */
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

/** Creates a function that redacts secrets in a finished log line: the known values, and everything that looks like credentials. */
export function createRedactor(secrets: readonly string[]): (line: string) => string {
  const known = knownValues(secrets);
  return (line) => {
    const redacted = known === undefined ? line : line.replaceAll(known, REPLACEMENT);
    return redacted.replaceAll(SECRET_FIELD, `$1"${REPLACEMENT}"`).replaceAll(CREDENTIALS, `$1 ${REPLACEMENT}`);
  };
}

function knownValues(secrets: readonly string[]): RegExp | undefined {
  // In a JSON line, quotes and line feeds of a secret are escaped; in a URL the secret is percent-encoded.
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const longestFirst = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return undefined;
  return new RegExp(longestFirst.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}
