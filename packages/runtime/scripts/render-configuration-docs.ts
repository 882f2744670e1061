import { stringify } from 'yaml';
import { configJsonSchema, type FieldSchema } from '../src/settings/config/known-keys.js';
import { allSettings, type Setting } from '../src/settings/environment/settings-table.js';

/** Generates `docs/configuration.md` from the schema of `config.yaml` and the table of settings. */
export function renderConfigurationDocs(): string {
  return `${[INTRODUCTION, renderFile(configJsonSchema()), renderEnvironment(allSettings()), CLOSING].join('\n\n')}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Generated from the schema and the table of settings. After a change of either, in packages/runtime:
     vitest run test/settings/config/configuration-docs.test.ts --update -->

A workspace is configured by \`config.yaml\` in its directory and by environment variables, which override the file. Everything is
validated before the start. All problems are reported together, each with its line, the expected and the actual value, and a remedy.
\`molecule doctor\` reports the same without starting.`;

const CLOSING = `### Other variables

- **Keys and base URLs of model providers** (\`OPENAI_API_KEY\`, \`ANTHROPIC_API_KEY\`, ...) are read by the engine; its template lists
  them. The value of a variable whose name contains \`KEY\`, \`TOKEN\`, \`SECRET\`, \`PASSWORD\` or \`CREDENTIAL\` never reaches the log.
- **\`OTEL_*\`**: traces are exported if \`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\` or
  \`OTEL_TRACES_EXPORTER\` is set and \`@opentelemetry/sdk-node\` is installed; otherwise OpenTelemetry's SDK is not loaded. The other
  variables of OpenTelemetry have their usual meaning.
- **\`NO_COLOR\`** disables colors.`;

function renderFile(schema: FieldSchema): string {
  const rows = rowsOf(schema, []).map(({ key, field, required }) => [
    `\`${key}\``,
    typeText(field),
    defaultText(field, required),
    field.description ?? '',
  ]);
  return `## \`config.yaml\`

Only \`name\` and \`runtime\` are required. An unknown key is refused, and the error suggests the most similar known key. A key without a
value counts as omitted. Variables such as \`\${NAME}\` are not expanded. Paths are relative to the file.

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
  if (field.format === 'age') return 'age, such as `12h` or `30d`; or `off`';
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
      .map((setting) => [nameText(setting), setting.type.wanted, setting.defaultText, setting.description]);
    return `### ${group}\n\n${table(['Variable', 'Value', 'Default', 'Meaning'], rows)}`;
  });
  return `## Environment

An empty variable counts as unset. Relative paths are relative to the directory of \`config.yaml\`. An unknown \`MOLECULE_*\` variable
produces a warning at the start. Values marked with * are secrets: they are never shown, even if they are invalid.

${sections.join('\n\n')}`;
}

function nameText({ name, alias, secret }: Setting): string {
  return `\`${name}\`${secret === true ? ' *' : ''}${alias === undefined ? '' : `, or \`${alias}\``}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
