import { isNode, nameOf, nodesBelow, placeOf, type SourceFile, type SyntaxNode } from '../syntax.ts';

/** A text in the source that may reach a user or client as a code. */
export interface EmittedCode {
  readonly code: string;
  /** `<file>:<line>`. */
  readonly place: string;
  /** True in a place that only a code has; false for any other value, which is a code only if it is registered. */
  readonly surely: boolean;
}

const CODE_NAME = /code$/i;
/** Expressions whose value is that of a branch. */
const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['left', 'right'],
  TSAsExpression: ['expression'],
  TSSatisfiesExpression: ['expression'],
  ParenthesizedExpression: ['expression'],
};

/**
 * Every text that the sources use as a value: not in a type, not compared, not as a key and not in a list. It is surely a code as the
 * value of something whose name ends with `code`: a property, a variable, or a parameter of a function or class of the sources; as
 * what a function of such a name returns; and as the first argument of an error's constructor.
 */
export function emittedCodes(sources: readonly SourceFile[]): readonly EmittedCode[] {
  const parameters = codeParameters(sources);
  return sources.flatMap((source) => {
    const found: EmittedCode[] = [];
    for (const { node, ancestors } of nodesBelow(source.program)) {
      const code = node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
      if (code === undefined) continue;
      const use = useOf(node, ancestors, parameters);
      if (use !== undefined) found.push({ code, place: placeOf(source, node), surely: use === 'code' });
    }
    return found;
  });
}

/** For each function and class that has one: the number of its parameter that is a code. */
function codeParameters(sources: readonly SourceFile[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { program } of sources) {
    for (const { node, ancestors } of nodesBelow(program)) {
      const { params } = node;
      if (!Array.isArray(params)) continue;
      const index = params.findIndex((parameter) => CODE_NAME.test(parameterName(parameter) ?? ''));
      const name = functionName(node, ancestors);
      if (index !== -1 && name !== undefined && !/^(?:has|is)[A-Z]/.test(name)) found.set(name, index);
    }
  }
  return found;
}

function parameterName(parameter: unknown): string | undefined {
  if (!isNode(parameter)) return undefined;
  return nameOf(parameter['parameter'] ?? parameter['left'] ?? parameter);
}

/** Under which name a function is called; that of the class for a constructor. */
function functionName(node: SyntaxNode, ancestors: readonly SyntaxNode[]): string | undefined {
  const own = nameOf(node['id']);
  if (own !== undefined) return own;
  const parent = ancestors.at(-1);
  if (parent?.type === 'VariableDeclarator') return nameOf(parent['id']);
  if (parent?.type !== 'MethodDefinition' && parent?.type !== 'Property') return undefined;
  return parent['kind'] === 'constructor' ? nameOf(ancestors.at(-3)?.['id']) : nameOf(parent['key']);
}

function useOf(
  literal: SyntaxNode,
  ancestors: readonly SyntaxNode[],
  parameters: ReadonlyMap<string, number>,
): 'code' | 'value' | undefined {
  let value = literal;
  let depth = ancestors.length - 1;
  for (let above = ancestors[depth]; above !== undefined; above = ancestors[--depth]) {
    if (BRANCHES[above.type]?.every((branch) => above?.[branch] !== value) !== false) break;
    value = above;
  }
  const parent = ancestors[depth];
  if (parent === undefined) return undefined;
  switch (parent.type) {
    case 'Property':
    case 'PropertyDefinition':
      return parent['value'] === value ? named(parent['key']) : undefined;
    case 'VariableDeclarator':
      return named(parent['id']);
    case 'AssignmentPattern':
    case 'AssignmentExpression':
      return parent['right'] === value ? named(parent['left']) : undefined;
    case 'CallExpression':
    case 'NewExpression':
      return argumentUse(parent, value, parameters);
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
      return returnUse(ancestors.slice(0, depth + 1));
    default:
      return undefined;
  }
}

function named(target: unknown): 'code' | 'value' {
  return CODE_NAME.test(nameOf(target) ?? '') ? 'code' : 'value';
}

function argumentUse(call: SyntaxNode, value: SyntaxNode, parameters: ReadonlyMap<string, number>) {
  const index = (call['arguments'] as readonly unknown[]).indexOf(value);
  const callee = nameOf(call['callee']) ?? '';
  if (/^(?:has|is)[A-Z]/.test(callee)) return undefined;
  if (call.type === 'NewExpression' && callee.endsWith('Error') && index === 0) {
    return parameters.get(callee) === 0 ? 'code' : 'value';
  }
  return parameters.get(callee) === index ? 'code' : 'value';
}

function returnUse(ancestors: readonly SyntaxNode[]): 'code' | 'value' {
  const depth = ancestors.findLastIndex(({ params }) => Array.isArray(params));
  const maker = ancestors[depth];
  const name = maker === undefined ? undefined : functionName(maker, ancestors.slice(0, depth));
  return name !== undefined && /code/i.test(name) ? 'code' : 'value';
}
