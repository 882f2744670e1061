import type { Env } from './env.js';
import type { AccessToken } from './runtime-settings.js';
import { splitList } from './setting-types.js';
import { SETTINGS } from './settings-table.js';

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;
/** The value is the location of a secret, not a secret. */
const PLACE_NAME = /(_FILE|_PATH|_DIR)$/i;
/** Shorter values, numbers and switches would redact ordinary words of a log. */
const LEAST_CHARACTERS = 6;
const ORDINARY_VALUE = /^(\d+(\.\d+)?|true|false|enabled|disabled)$/i;

/** Every value that must never be printed, longest first, so that a secret that contains another is redacted whole. */
export function collectSecrets(environment: Env, tokens: readonly AccessToken[]): string[] {
  const named = Object.entries(environment)
    .filter(([name]) => SECRET_NAME.test(name) && !PLACE_NAME.test(name))
    .map(([, value]) => value?.trim() ?? '');
  const all = [
    ...named,
    ...tokens.map(({ token }) => token),
    ...splitList(environment[SETTINGS.encryptionKeys.name] ?? ''),
    ...Object.values(environment).flatMap((value) => passwordsOf(value ?? '')),
  ];
  const secrets = new Set(all.filter((value) => value.length >= LEAST_CHARACTERS && !ORDINARY_VALUE.test(value)));
  return [...secrets].sort((left, right) => right.length - left.length);
}

/** The password in a URL such as `postgres://user:password@host/`, as written and decoded. */
function passwordsOf(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/]*@/i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // Not encoded: only the password as written can appear.
    return [password];
  }
}
