import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { root } from './workspace.ts';

/** A node of the syntax tree, with its offsets in the file. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One source file of a package or template. */
export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
}

/** What is published or copied by template authors, scripts included; parsed. */
export function readSources(): readonly SourceFile[] {
  return globSync(['packages/*/src/**/*.ts', 'templates/*/{src,scripts}/**/*.{ts,js,mjs}'], { cwd: root })
    .filter((path) => !path.includes('/node_modules/') && !path.startsWith('packages/import-smoke/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  return { path, text, program: parseSync(path, text).program as unknown as SyntaxNode };
}

/** `<file>:<line>` of a node. */
export function placeOf({ path, text }: SourceFile, node: SyntaxNode): string {
  return `${path}:${text.slice(0, node.start).split('\n').length}`;
}

/** Every node below `top` with its ancestors, the nearest one last. */
export function* nodesBelow(
  top: SyntaxNode,
): Generator<{ readonly node: SyntaxNode; readonly ancestors: readonly SyntaxNode[] }> {
  const waiting: { node: SyntaxNode; ancestors: readonly SyntaxNode[] }[] = [{ node: top, ancestors: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const ancestors = [...next.ancestors, next.node];
    const below = Object.values(next.node).flat().filter(isNode);
    waiting.push(...below.reverse().map((node) => ({ node, ancestors })));
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The name of an identifier, a private name, a literal key, or the last name of `a.b`; else `undefined`. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'MemberExpression') return nameOf(node['property']);
  const { name, value } = node;
  return typeof name === 'string' ? name : typeof value === 'string' ? value : undefined;
}
