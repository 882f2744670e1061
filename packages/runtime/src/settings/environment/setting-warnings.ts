import { nearestName } from '@molecule/adapters';
import type { Env } from './env.js';
import { allSettings } from './settings-table.js';

const PREFIX = 'MOLECULE_';

/** One sentence for each `MOLECULE_*` variable that is not in the table, which is most likely a typing error. */
export function unknownSettingWarnings(environment: Env): string[] {
  const known = allSettings().flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  return Object.keys(environment)
    .filter((name) => isOurs(name) && !known.includes(name))
    .sort()
    .map((name) => {
      const meant = nearestSetting(withoutPrefix(name), known);
      const hint = meant === undefined ? 'see docs/configuration.md for the known ones' : `did you mean ${meant}?`;
      return `${name} is set but is not a known setting; ${hint}`;
    });
}

/** Some settings have no prefix, such as `PORT`: their name with a prefix is a likely error, one that resembles it is not. */
function nearestSetting(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return name;
  const nearest = nearestName(name, known.filter(isOurs).map(withoutPrefix));
  return nearest === undefined ? undefined : `${PREFIX}${nearest}`;
}

function isOurs(name: string): boolean {
  return name.startsWith(PREFIX);
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}
