import { nearestName } from '@molecule/adapters';
import type { Env } from './env.js';
import { allSettings } from './settings-table.js';

const PREFIX = 'MOLECULE_';

/** One sentence for each `MOLECULE_*` variable that nobody reads: most likely a slip of the pen. */
export function unknownSettingWarnings(environment: Env): string[] {
  const known = allSettings().flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  return Object.keys(environment)
    .filter((name) => isOurs(name) && !known.includes(name))
    .sort()
    .map((name) => {
      const nearest = nearestName(withoutPrefix(name), known.filter(isOurs).map(withoutPrefix));
      const hint =
        nearest === undefined ? 'see docs/configuration.md for those that are' : `did you mean ${PREFIX}${nearest}?`;
      return `${name} is set but is not a known setting; ${hint}`;
    });
}

/** A sentence for what is set and does nothing so far, in the file and in the environment. */
export function notUsedYetWarnings(environment: Env, keys: readonly string[]): string[] {
  const variables = allSettings()
    .filter(({ name, notUsedYet }) => notUsedYet === true && (environment[name]?.trim() ?? '') !== '')
    .map(({ name }) => name);
  const names = [...keys, ...variables];
  return names.length === 0 ? [] : [`set, but without effect in this version: ${names.join(', ')}`];
}

function isOurs(name: string): boolean {
  return name.startsWith(PREFIX);
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}
