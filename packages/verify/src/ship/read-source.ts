import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, parse } from 'acorn';

/** What a module imports, and where it reads the environment. */
export interface SourceFacts {
  /** Specifiers of its imports that are string literals; imports of types are left out. */
  readonly imports: readonly string[];
  /** Lines that read the environment of the process. */
  readonly environment: readonly number[];
}

/** Reads a module; `undefined` if it cannot be parsed, for example JSX. */
export function readSource(file: string, text: string): SourceFacts | undefined {
  const root = parsed(file, text);
  if (root === undefined) return undefined;
  const imports: string[] = [];
  const environment: number[] = [];
  visit(root, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(specifier);
    if (readsEnvironment(node)) environment.push(text.slice(0, node.start).split('\n').length);
  });
  return { imports, environment };
}

function parsed(file: string, text: string): AnyNode | undefined {
  const options = { ecmaVersion: 'latest', allowHashBang: true } as const;
  try {
    const code = /\.[cm]?ts$/.test(file) ? withoutTypes(text) : text;
    try {
      return parse(code, { ...options, sourceType: 'module' });
    } catch {
      return parse(code, { ...options, sourceType: 'script', allowReturnOutsideFunction: true });
    }
  } catch {
    return undefined;
  }
}

/** The same text with blanks for types. Node's warning that this API is experimental is suppressed. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function visit(node: AnyNode, see: (node: AnyNode) => void): void {
  see(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string') visit(child as AnyNode, see);
    }
  }
}

function specifierOf(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return textOf(node.source);
    case 'CallExpression':
      return isNamed(node.callee, 'require') ? textOf(node.arguments[0]) : undefined;
    default:
      return undefined;
  }
}

/** `process.env`, `process['env']`, `const { env } = process`, and `import { env } from 'node:process'`. */
function readsEnvironment(node: AnyNode): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return isProcess(node.object) && (isNamed(node.property, 'env') || textOf(node.property) === 'env');
    case 'VariableDeclarator':
      return node.id.type === 'ObjectPattern' && isProcess(node.init) && node.id.properties.some(takesEnv);
    case 'ImportDeclaration':
      return /^(?:node:)?process$/.test(textOf(node.source) ?? '') && node.specifiers.some(takesEnv);
    default:
      return false;
  }
}

function takesEnv(node: AnyNode): boolean {
  if (node.type === 'Property') return isNamed(node.key, 'env');
  return node.type === 'ImportSpecifier' && isNamed(node.imported, 'env');
}

/** `process`, and `globalThis.process`. */
function isProcess(node: AnyNode | null | undefined): boolean {
  return isNamed(node, 'process') || (node?.type === 'MemberExpression' && isNamed(node.property, 'process'));
}

function isNamed(node: AnyNode | null | undefined, name: string): boolean {
  return node?.type === 'Identifier' && node.name === name;
}

function textOf(node: AnyNode | null | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}
