import { stringify } from 'yaml';
import { configJsonSchema, type FieldSchema } from '../src/config/known-keys.js';
import { allSettings, type Setting } from '../src/environment/settings-table.js';

/** Makes `docs/configuration.md` from the schema of `config.yaml` and the table of settings. */
export function renderConfigurationDocs(): string {
  return `${[INTRODUCTION, renderFile(configJsonSchema()), renderEnvironment(allSettings()), CLOSING].join('\n\n')}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Generated from the schema and the table of settings. After a change of those, in packages/runtime:
     vitest run test/config/configuration-docs.test.ts --update -->

A workspace is configured by \`config.yaml\` in its directory, and by environment variables, which win. Everything is checked
before anything starts: every problem is reported at once, with its line, what was wanted, what was found, and what to do.
\`molecule doctor\` reports the same without starting.`;

const CLOSING = `### Read by others

- **Keys and base URLs of model providers** (\`OPENAI_API_KEY\`, \`ANTHROPIC_API_KEY\`, ...) are read by the engine; its template says
  which. No value of a variable whose name contains \`KEY\`, \`TOKEN\`, \`SECRET\`, \`PASSWORD\` or \`CREDENTIAL\` reaches the log.
- **\`OTEL_*\`**: traces are exported when \`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\` or
  \`OTEL_TRACES_EXPORTER\` is set, and \`@opentelemetry/sdk-node\` is installed; otherwise nothing of it is loaded. The other
  variables of OpenTelemetry mean what they always mean.
- **\`NO_COLOR\`** switches colors off.`;

function renderFile(schema: FieldSchema): string {
  const rows = rowsOf(schema, []).map(({ key, field, required }) => [
    `\`${key}\``,
    typeText(field),
    defaultText(field, required),
    meaning(field.description ?? '', field.notUsedYet),
  ]);
  return `## \`config.yaml\`

Only \`name\` and \`runtime\` must be there. Keys that are not known are refused, with the nearest known one. A key with nothing
after it counts as left out. Variables such as \`\${NAME}\` are not expanded. Paths are relative to the file.

${table(['Key', 'Value', 'Default', 'Meaning'], rows)}

\`\`\`yaml
${exampleOf(schema)}
\`\`\``;
}

interface Row {
  readonly key: string;
  readonly field: FieldSchema;
  readonly required: boolean;
}

function rowsOf(schema: FieldSchema, parents: readonly string[]): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = [...parents, name];
    const row = { key: path.join('.'), field, required: schema.required?.includes(name) === true };
    return field.properties === undefined ? [row] : rowsOf(field, path);
  });
}

function typeText(field: FieldSchema): string {
  if (field.type === 'array') return field.items?.anyOf === undefined ? `list of ${plural(field.items)}` : 'list';
  if (field.type === 'object') return 'map';
  if (field.type === 'boolean') return '`true` or `false`';
  if (field.type === 'string') return 'text';
  const { minimum, maximum } = field;
  const kind = field.type === 'integer' ? 'whole number' : 'number';
  return minimum !== undefined && maximum !== undefined ? `${kind}, ${minimum} to ${maximum}` : kind;
}

function plural(field: FieldSchema | undefined): string {
  return field?.type === 'object' ? 'maps' : 'texts';
}

function defaultText(field: FieldSchema, required: boolean): string {
  if (required) return '**required**';
  const isEmpty = field.default === undefined || field.default === '' || JSON.stringify(field.default).length === 2;
  return isEmpty ? '' : `\`${JSON.stringify(field.default)}\``;
}

function exampleOf(schema: FieldSchema): string {
  const { properties = {} } = schema;
  const wanted = ['name', 'description', 'version', 'runtime', 'model', 'prompt_files', 'skills', 'a2a'];
  const example = Object.fromEntries(wanted.map((key) => [key, properties[key]?.examples?.[0]]));
  return stringify(example, { lineWidth: 0 }).trimEnd();
}

function renderEnvironment(settings: readonly Setting[]): string {
  const groups = [...new Set(settings.map(({ group }) => group))];
  const sections = groups.map((group) => {
    const rows = settings
      .filter((setting) => setting.group === group)
      .map((setting) => [
        nameText(setting),
        setting.type.wanted,
        setting.defaultText,
        meaning(setting.description, setting.notUsedYet),
      ]);
    return `### ${group}\n\n${table(['Variable', 'Value', 'Default', 'Meaning'], rows)}`;
  });
  return `## Environment

A variable that is set to nothing counts as not set. Relative paths are relative to the directory of \`config.yaml\`. A
\`MOLECULE_*\` variable that is not known is warned of at the start. Values marked with * are secrets: they are never shown,
not even when they are wrong.

${sections.join('\n\n')}`;
}

function nameText({ name, alias, secret }: Setting): string {
  return `\`${name}\`${secret === true ? ' *' : ''}${alias === undefined ? '' : `, or \`${alias}\``}`;
}

function meaning(description: string, notUsedYet: boolean | undefined): string {
  return notUsedYet === true ? `${description} *Checked, but without effect in this version.*` : description;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
