import { inspect } from 'node:util';

/** What was thrown, in one phrase; it may be no Error. */
export function describeThrown(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `${short(thrown)} (not an Error)`;
}

/** What a module exports instead of an adapter, in one phrase. */
export function describeValue(value: unknown): string {
  if (typeof value === 'function') return describeFunction(value);
  if (typeof value !== 'object' || value === null)
    return `the ${value === null ? 'value' : typeof value} ${short(value)}`;
  if (value instanceof Promise) return 'a Promise';
  const className = classNameOf(value);
  if (className !== undefined) return `an instance of class ${className}${describeBases(Object.getPrototypeOf(value))}`;
  if ('createEngine' in value) return 'a plain object with createEngine that defineAdapter has not seen';
  if ('runTurn' in value) return 'an engine (it has runTurn), not an adapter';
  return `a plain object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
}

function describeFunction(value: { readonly name: string; readonly prototype?: unknown }): string {
  const name = value.name === '' ? '(anonymous)' : value.name;
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  return isClass ? `the class ${name}${describeBases(value.prototype)}` : `the function ${name}`;
}

function classNameOf(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return undefined;
  return constructorName(prototype) ?? '(anonymous)';
}

/** ` (extends A, which extends B)`; empty for a class without superclass. */
function describeBases(prototype: unknown): string {
  const bases: string[] = [];
  let current: unknown = prototype;
  while (typeof current === 'object' && current !== null) {
    current = Object.getPrototypeOf(current);
    const name = current === Object.prototype ? undefined : constructorName(current);
    if (name !== undefined) bases.push(name);
  }
  return bases.length === 0 ? '' : ` (extends ${bases.join(', which extends ')})`;
}

function constructorName(prototype: unknown): string | undefined {
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  const made: unknown = prototype.constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : undefined;
}

function short(value: unknown): string {
  return inspect(value, { depth: 0, maxStringLength: 200, breakLength: Number.POSITIVE_INFINITY });
}
