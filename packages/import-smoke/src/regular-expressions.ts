import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { root } from './workspace.ts';

/** A regular expression in the source of a package or template. */
export interface FoundExpression {
  /** `<file>:<line>`, from the root of the repository. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression literal of published or copied source files. */
export function findExpressions(): readonly FoundExpression[] {
  return globSync(['packages/*/src/**/*.{ts,tsx}', 'templates/*/src/**/*.ts'], { cwd: root })
    .sort()
    .flatMap(expressionsIn);
}

function expressionsIn(file: string): readonly FoundExpression[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: FoundExpression[] = [];
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      const line = text.slice(0, node.start).split('\n').length;
      found.push({ place: `${file}:${line}`, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(file, text).program);
  return found;
}
