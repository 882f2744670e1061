import { ENGINE_ERROR_CODES } from '@molecule/adapters';
import type { RegisteredCode } from './registry.ts';

interface Section {
  /** The key of the tables of codes. */
  readonly key: string;
  /** What stands above the table. */
  readonly head: string;
}

const INTRODUCTION = `# Error codes

<!-- Generated from the files error-codes.ts of the packages. After a change of those, in packages/import-smoke:
     vitest run test/error-codes.test.ts --update -->

Every error has a stable code. Programs may branch on it; the text may change.`;

/** In the order of the page. */
const SECTIONS: readonly Section[] = [
  { key: 'configuration', head: '## At the start and on the command line\n\n### Configuration' },
  {
    key: 'problem',
    head: 'Each problem of such an error (`ConfigError.problems`) has a code of its own:',
  },
  { key: 'adapter', head: '### Adapter' },
  { key: 'engine', head: '### Engine and model' },
  { key: 'storage', head: '### State directory' },
  { key: 'command', head: '### Command line and address' },
  { key: 'temporal', head: '### Temporal' },
  { key: 'hermes', head: '### The Hermes template' },
  {
    key: 'request',
    head: `## To a client, as an A2A error

The code is in \`error.data[0].metadata.code\` (JSON-RPC of both versions) or \`error.details[0].metadata.code\` (REST).`,
  },
  {
    key: 'task',
    head: '## In a failed task\n\nThe code is in `status.message.metadata["molecule.code"]`.',
  },
  {
    key: 'engineError',
    head: `### From the engine

\`ENGINE_\` and the code of the engine's \`EngineError\` ([the contract's codes](../packages/adapters/README.md)). Where the third column
says yes, the runtime has retried the turn unless the engine asked it not to. A \`canceled\` of the engine that no client asked for is
reported as \`ENGINE_ENGINE_DIED\`.`,
  },
  {
    key: 'inside',
    head: `## For authors of adapters and hosts

Codes that neither a client nor an operator meets as the end of a request, a task or a start.`,
  },
];

/** The code of a failed task that an engine's code becomes. */
export function wireCode(engineCode: string): string {
  return `ENGINE_${engineCode.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Makes docs/errors.md from the registered codes.
 *
 * @throws {Error} for a code of a section that the page does not have
 */
export function renderErrorDocs(codes: readonly RegisteredCode[]): string {
  const stray = codes.find(({ section }) => !SECTIONS.some(({ key }) => key === section));
  if (stray !== undefined) throw new Error(`docs/errors.md has no section ${stray.section}, which ${stray.code} names`);
  const sections = SECTIONS.map(({ key, head }) => {
    const rows = codes.filter(({ section }) => section === key);
    return `${head}\n\n${key === 'engineError' ? engineTable(rows) : codeTable(rows)}`;
  });
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function codeTable(rows: readonly RegisteredCode[]): string {
  return table(
    ['code', 'meaning', 'what to do'],
    rows.map(({ code, meaning, remedy }) => [`\`${code}\``, meaning, remedy]),
  );
}

function engineTable(rows: readonly RegisteredCode[]): string {
  const isRetried: Readonly<Record<string, boolean>> = ENGINE_ERROR_CODES;
  return table(
    ['code', "the engine's code", 'retried', 'meaning', 'what to do'],
    rows.map(({ code, meaning, remedy }) => [
      `\`${wireCode(code)}\``,
      `\`${code}\``,
      isRetried[code] === true ? 'yes' : 'no',
      meaning,
      remedy,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
