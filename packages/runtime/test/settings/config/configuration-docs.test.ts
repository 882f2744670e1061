import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderConfigurationDocs } from '../../../scripts/render-configuration-docs.js';
import { configJsonSchema, type FieldSchema } from '../../../src/settings/config/known-keys.js';
import { allSettings } from '../../../src/settings/environment/settings-table.js';

const FILE = fileURLToPath(new URL('../../../../../docs/configuration.md', import.meta.url));

/** With `--update` it writes the file anew. */
test('docs/configuration.md matches the schema and the settings', async () => {
  await expect(renderConfigurationDocs()).toMatchFileSnapshot(FILE);
});

describe('every setting', () => {
  test.each(leaves(configJsonSchema(), []))('config.yaml: %s has a meaning and an example', (_key, field) => {
    expect(field.description).toBeTruthy();
    expect(field.examples).toHaveLength(1);
  });

  test.each(allSettings().map((setting) => [setting.name, setting] as const))(
    '%s: its own example is right',
    (_name, setting) => {
      expect(setting.type.parse(setting.type.example)).toBeDefined();
      expect(setting.description).toMatch(/\.$/);
      expect(setting.defaultText).toBeTruthy();
    },
  );
});

function leaves(schema: FieldSchema, parents: readonly string[]): [string, FieldSchema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = [...parents, name];
    return [[path.join('.'), field] as [string, FieldSchema], ...leaves(field, path)];
  });
}
