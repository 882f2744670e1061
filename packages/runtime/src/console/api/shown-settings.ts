import type { Env } from '../../settings/environment/env.js';
import { allSettings, type Setting } from '../../settings/environment/settings-table.js';

/** A setting as the console shows it. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly from: 'environment' | 'default';
}

const HIDDEN = '(set, not shown)';

/**
 * The settings of the environment, and the defaults of the others in words. Nothing secret is among them.
 *
 * @param secrets values that must never be printed
 */
export function shownSettings(environment: Env, secrets: readonly string[]): readonly ShownSetting[] {
  return allSettings().map((setting) => {
    const given = textOf(setting, environment);
    if (given === undefined) return { name: setting.name, value: setting.defaultText, from: 'default' };
    const isSecret = setting.secret === true || secrets.some((secret) => given.includes(secret));
    return { name: setting.name, value: isSecret ? HIDDEN : given, from: 'environment' };
  });
}

function textOf({ name, alias }: Setting, environment: Env): string | undefined {
  const texts = [name, alias].map((one) => (one === undefined ? undefined : environment[one]?.trim()));
  return texts.find((text) => text !== undefined && text !== '');
}
