import { readFile, writeFile } from 'node:fs/promises';
import { type Expected, expectedOf, type Found } from './baseline.ts';

const BEGIN = '<!-- Written by npm run conformance. -->';
const END = '<!-- End of what it writes. -->';

const NAMES: Readonly<Record<string, string>> = {
  jsonrpc: 'JSON-RPC',
  http_json: 'REST',
  rest: 'REST',
  grpc: 'gRPC',
  both: 'JSON-RPC and REST at once',
  '': 'the card and what has no binding',
};

/** Writes the results into the page, between its two marks. */
export async function writePage(file: string, found: readonly Found[], baseline: readonly Expected[]): Promise<void> {
  const page = await readFile(file, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? '').split(END);
  if (before === undefined || after === undefined) throw new Error(`${file} has no marks ${BEGIN} and ${END}.`);
  const parts = [BEGIN, counts(found), ...remaining(found, baseline), END];
  await writeFile(file, before + parts.join('\n\n') + after);
}

function counts(found: readonly Found[]): string {
  const rows = [...new Set(found.map(({ suite, binding }) => `${suite}|${binding}`))].sort().reverse();
  const cells = rows.map((row) => {
    const [suite = '', binding = ''] = row.split('|');
    const of = found.filter((one) => one.suite === suite && one.binding === binding);
    const count = (outcome: Found['outcome']) => String(of.filter((one) => one.outcome === outcome).length);
    return [suite, NAMES[binding] ?? binding, count('passed'), count('failed'), count('skipped'), count('xfailed')];
  });
  return table(['suite', 'binding', 'passed', 'failed', 'skipped', 'failed as the suite expects'], cells);
}

function remaining(found: readonly Found[], baseline: readonly Expected[]): readonly string[] {
  const suites = [...new Set(found.map(({ suite }) => suite))].sort().reverse();
  return suites.flatMap((suite) =>
    (['failed', 'skipped', 'xfailed'] as const).flatMap((outcome) => {
      const of = found.filter((one) => one.suite === suite && one.outcome === outcome);
      if (of.length === 0) return [];
      const titles = { failed: 'What fails', skipped: 'What is skipped', xfailed: 'What fails as the suite expects' };
      const entries = baseline.filter((entry) => of.some((one) => expectedOf(one, baseline) === entry));
      const cells = entries.map((entry) => {
        const own = of.filter((one) => expectedOf(one, baseline) === entry);
        const bindings = [...new Set(own.map(({ binding }) => NAMES[binding] ?? binding))].join(', ');
        return [`\`${entry.test.replaceAll('|', '\\|')}\``, String(own.length), bindings, entry.whose, entry.why];
      });
      const head = ['test', 'times', 'binding', outcome === 'failed' ? 'whose' : 'needs', 'why'];
      return [`## ${titles[outcome]} in the ${suite} suite`, table(head, cells)];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
