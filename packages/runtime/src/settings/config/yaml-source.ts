import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { FilePosition, ValuePath } from './workspace-config.js';

/** A parsed YAML file with the positions of its values. */
export interface YamlSource {
  readonly text: string;
  readonly document: Document.Parsed;
  /** The position of a scalar or list entry, else of its key; if it is absent, of the nearest enclosing value. */
  locate(path: ValuePath): FilePosition;
  /** The position of the key. */
  locateKey(path: ValuePath): FilePosition;
  /** The text of a scalar in the file, for example `1.0` for the number 1. */
  sourceText(path: ValuePath): string | undefined;
  positionAt(offset: number): FilePosition;
}

/** Parses the first document of a YAML text. Never throws: errors are in `document.errors`. */
export function parseYamlSource(text: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });

  const positionAt = (offset: number): FilePosition => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  const find = (path: ValuePath, keyWanted: boolean): FilePosition => {
    let node: Node | null | undefined = document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, key] of path.entries()) {
      const step = stepInto(resolve(node, document), key);
      if (step === undefined) break;
      const isLast = depth === path.length - 1;
      const valueOffset = isScalar(step.value) || step.key === undefined ? startOf(step.value) : undefined;
      offset = (keyWanted && isLast ? undefined : valueOffset) ?? startOf(step.key) ?? offset;
      node = step.value;
    }
    return positionAt(offset);
  };

  return {
    text,
    document,
    positionAt,
    locate: (path) => find(path, false),
    locateKey: (path) => find(path, true),
    sourceText: (path) => {
      const node = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

interface Step {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function stepInto(node: Node | undefined, key: string | number): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair && { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
  }
  if (isSeq(node) && typeof key === 'number' && key < node.items.length) {
    return { key: undefined, value: node.items[key] as Node | undefined };
  }
  return undefined;
}

function resolve(node: Node | null | undefined, document: Document.Parsed): Node | undefined {
  return isAlias(node) ? node.resolve(document) : (node ?? undefined);
}

function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}
