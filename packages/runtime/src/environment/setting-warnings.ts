import { nearestName } from '../config/nearest-name.js';
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

function isOurs(name: string): boolean {
  return name.startsWith(PREFIX);
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}
