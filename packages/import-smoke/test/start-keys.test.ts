import { join } from 'node:path';
import type { Adapter } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { manifestOf, root, TEMPLATES } from '../src/workspace.ts';

// `npm start` decides before any build whether the demo model is needed. It reads the keys from the template's manifest.

test.for(TEMPLATES)('the keys in the manifest of %s are those of its adapter', async (template) => {
  const { exports, molecule } = manifestOf('templates', template);
  const keys = molecule?.keys ?? {};
  const entry = exports?.['.'] as string | { readonly default: string };
  const file = join(root, 'templates', template, typeof entry === 'string' ? entry : entry.default);
  const { adapter } = (await import(file)) as { readonly adapter: Adapter };
  const neededFor = (model: string, environment: Readonly<Record<string, string>>) =>
    adapter.credentials?.(model, environment).anyOf ?? [];

  const providers = Object.keys(keys).filter((provider) => provider !== '*');
  for (const provider of providers.length > 0 ? providers : ['anthropic']) {
    const model = `${provider}:model`;
    const names = [...(keys[provider] ?? []), ...(keys['*'] ?? [])];
    expect(names).toEqual(expect.arrayContaining([...neededFor(model, {})]));
    for (const name of names) {
      const needed = neededFor(model, { [name]: 'value' });
      expect(needed.length === 0 || needed.includes(name), `${name} for ${model}`).toBe(true);
    }
  }
});
