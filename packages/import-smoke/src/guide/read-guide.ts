import { stripVTControlCharacters } from 'node:util';

/** What the reader of a guide does or sees, in the order of the page. */
export type GuideStep =
  | { readonly kind: 'file'; readonly name: string; readonly text: string; readonly isPart: boolean }
  /** Commands of one terminal. */
  | { readonly kind: 'commands'; readonly lines: readonly string[]; readonly kill?: KillMoment }
  | { readonly kind: 'output'; readonly of: OutputSource; readonly text: string };

export type OutputSource = 'command' | 'starts' | 'stand-ins';

/** When a command on the page kills the agent: where the page has a number of seconds, the test waits for this text. */
export interface KillMoment {
  readonly from: 'command' | 'stand-ins';
  readonly text: string;
}

export interface GuideSection {
  readonly title: string;
  readonly steps: readonly GuideStep[];
}

const FENCE =
  /(?:^<!-- kill when the (command|stand-ins) prints?: (.+) -->\n\n)?^```(\w+)(?: ([^\n]+))?\n([\s\S]*?)^```$/gm;

/**
 * Reads the sections of a guide that have code. A fence with the name of a file is that file, ` replaces` after the name makes it a part of
 * the file; `sh` fences are typed; `text` fences are seen.
 */
export function readGuide(page: string): readonly GuideSection[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      steps: [...section.matchAll(FENCE)].map(([, from, text, language = '', info = '', content = '']) =>
        stepOf(language, info, content, from && text ? { from: from as KillMoment['from'], text } : undefined),
      ),
    }))
    .filter(({ steps }) => steps.length > 0);
}

function stepOf(language: string, info: string, content: string, kill: KillMoment | undefined): GuideStep {
  if (language === 'sh') return { kind: 'commands', lines: linesOf(content), ...(kill && { kill }) };
  if (language === 'text') return { kind: 'output', of: (info || 'command') as OutputSource, text: content };
  const [name = '', part] = info.split(' ');
  return { kind: 'file', name, text: content, isPart: part === 'replaces' };
}

/** Without empty lines, and with continued lines in one. */
function linesOf(content: string): readonly string[] {
  return content
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
}

/**
 * Replaces a part of a file: what begins with the same words as the part's first line, to the end of its block. The part is indented as what it
 * replaces.
 *
 * @throws {Error} if the file does not have it exactly once
 */
export function replacePart(file: string, part: string): string {
  const [first = '', ...others] = part.trimEnd().split('\n');
  const beginning = first.trimStart().slice(0, first.trimStart().indexOf('(') + 1);
  const lines = file.split('\n');
  const found = lines.flatMap((line, index) =>
    beginning !== '' && line.trimStart().startsWith(beginning) ? index : [],
  );
  const [at] = found;
  if (at === undefined || found.length > 1) throw new Error(`the file has ${found.length} places for:\n${part}`);
  const indentation = indentationOf(lines[at]);
  const indented = [first, ...others].map((line) => `${indentation}${line.slice(indentationOf(first).length)}`);
  const end = others.length === 0 ? at : lines.findIndex((line, index) => index > at && line === `${indentation}}`);
  return [...lines.slice(0, at), ...indented, ...lines.slice(end + 1)].join('\n');
}

function indentationOf(line = ''): string {
  return line.slice(0, line.length - line.trimStart().length);
}

/** True if the output is what the page shows: `...` is any text, and `<id>` any id. */
export function showsOutput(expected: string, output: string): boolean {
  const literal = expected.trim().replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = literal.replaceAll('\\.\\.\\.', '[\\s\\S]*?').replaceAll('<id>', '[0-9a-f-]{36}');
  return new RegExp(`^${pattern}$`).test(stripVTControlCharacters(output).trim());
}
