import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Kinds of private files, by name. */
const NAMES: readonly (readonly [what: string, name: RegExp])[] = [
  ['a file of variables', /(^|\/)\.env(?!\.(example|sample|template)$)(\.[^/]*)?$/],
  ['the state of an agent', /(^|\/)\.molecule(\/|$)/],
  ['a database', /\.(db|db3|sqlite|sqlite3)(-wal|-shm|-journal)?$/i],
  ['a key', /\.(pem|key|p12|pfx|jks|keystore|ppk)$|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i],
  [
    'a token',
    /(^|\/)(\.netrc|\.git-credentials|\.pypirc|instance-id|[^/]*[._-]?(token|secret|credentials?)(\.(txt|json))?)$/i,
  ],
];

/** Patterns of keys and tokens in any file. */
const SECRETS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----/],
  ['a key of a model provider', /\bsk-(?:ant-|or-v1-|proj-|svcacct-)[A-Za-z0-9_-]{20}/],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})/],
  ['a key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a token of Slack', /\bxox[abprs]-[A-Za-z0-9-]{20}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}|_authToken=[^$\s]/],
  ['a token of Hugging Face', /\bhf_[A-Za-z0-9]{30}/],
];

const SQLITE = 'SQLite format 3\0';
/** The least length of a secret. A shorter value is a setting, for example `true` or a port. */
const LEAST_SECRET = 16;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** True if a file is private by its name, whatever it contains. */
export function isPrivateName(file: string): boolean {
  return NAMES.some(([, name]) => name.test(file));
}

/**
 * The private files of an unpacked package, one line each. A file is private by its name, by a secret in it, or by a value of the
 * author's own `.env`.
 *
 * @param source the author's directory
 */
export async function privateFiles(
  unpacked: string,
  files: readonly string[],
  source: string,
): Promise<readonly string[]> {
  const values = await ownSecrets(source);
  const found: string[] = [];
  for (const file of files) {
    const named = NAMES.find(([, name]) => name.test(file));
    const reason = named?.[0] ?? secretIn(await readFile(join(unpacked, file), 'latin1'), values);
    if (reason !== undefined) found.push(`${file} (${reason})`);
  }
  return found;
}

function secretIn(text: string, values: ReadonlyMap<string, string>): string | undefined {
  if (text.startsWith(SQLITE)) return 'a database';
  for (const [name, value] of values) if (text.includes(value)) return `the value of ${name} of .env`;
  return SECRETS.find(([, form]) => form.test(text))?.[0];
}

async function ownSecrets(source: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(source, '.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '';
    throw error;
  });
  const values = Object.entries(parseEnv(text)).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) && value.length >= LEAST_SECRET ? [[name, value] as const] : [],
  );
  return new Map(values);
}
