import type { ConfigProblem } from '../config/config-error.js';
import { describeValue } from '../config/describe-value.js';
import type { Env } from './env.js';
import type { Setting } from './settings-table.js';

/** Reads settings one by one and collects their problems. */
export interface SettingsReader {
  /** The value; `undefined` if it is unset, empty, or invalid (which adds a problem). */
  read<Value>(setting: Setting<Value>): Value | undefined;
  /** The trimmed text of the variable; `undefined` if it is unset or empty. */
  readText(setting: Setting): string | undefined;
  readonly problems: ConfigProblem[];
}

export function createSettingsReader(environment: Env): SettingsReader {
  const problems: ConfigProblem[] = [];

  const find = (setting: Setting): { name: string; text: string } | undefined => {
    for (const name of [setting.name, setting.alias]) {
      const text = name === undefined ? undefined : environment[name]?.trim();
      if (name !== undefined && text !== undefined && text !== '') return { name, text };
    }
    return undefined;
  };

  return {
    problems,
    readText: (setting) => find(setting)?.text,
    read: (setting) => {
      const found = find(setting);
      if (found === undefined) return undefined;
      const value = setting.type.parse(found.text);
      if (value === undefined) {
        problems.push({
          code: 'invalid-value',
          path: found.name,
          wanted: setting.type.wanted,
          found: setting.secret ? 'another value (not shown)' : describeValue(found.text),
          remedy: `set it for example to ${found.name}=${setting.type.example}, or unset it (default: ${setting.defaultText})`,
        });
      }
      return value;
    },
  };
}
