import { nearestName } from '@molecule/adapters';
import { z } from 'zod';
import { configSchema } from './config-schema.js';
import type { ValuePath } from './workspace-config.js';

/** The part of a JSON Schema that is looked at here. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  /** True: the key is checked, and does nothing so far. */
  readonly notUsedYet?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
}

let jsonSchema: FieldSchema | undefined;

/** `config.yaml` as JSON Schema, made once from the one zod schema. */
export function configJsonSchema(): FieldSchema {
  jsonSchema ??= z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as FieldSchema;
  return jsonSchema;
}

/** The schema of one value; `undefined` for a key that is not known. */
export function fieldAt(path: ValuePath): FieldSchema | undefined {
  let field: FieldSchema | undefined = configJsonSchema();
  for (const key of path) {
    const container: FieldSchema | undefined = typeof key === 'number' ? field : withProperties(field);
    field = typeof key === 'number' ? container?.items : container?.properties?.[key];
  }
  return field;
}

/** The keys in a file that do nothing so far. */
export function keysNotUsedYet(root: unknown, parent: ValuePath = []): string[] {
  if (typeof root !== 'object' || root === null) return [];
  return Object.entries(root).flatMap(([key, value]) => {
    const path = [...parent, key];
    const field = fieldAt(path);
    if (field?.notUsedYet === true) return [path.join('.')];
    return field?.properties === undefined ? [] : keysNotUsedYet(value, path);
  });
}

/** What to do about a key that is not known: the nearest one, where it belongs, or which ones there are. */
export function remedyForUnknownKey(parent: ValuePath, key: string): string {
  const known = Object.keys(withProperties(fieldAt(parent))?.properties ?? {});
  const elsewhere = pathsOfLeaves(configJsonSchema()).find((path) => path.at(-1) === key);
  if (elsewhere !== undefined) return `did you mean \`${elsewhere.join('.')}\`? Put it there, or remove it`;
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return `did you mean \`${nearest}\`? Rename it, or remove it`;
  return `remove it; the known keys here are ${known.join(', ')}`;
}

function withProperties(field: FieldSchema | undefined): FieldSchema | undefined {
  return field?.properties ? field : field?.anyOf?.find((branch) => branch.properties !== undefined);
}

function pathsOfLeaves(field: FieldSchema, prefix: readonly string[] = []): string[][] {
  return Object.entries(field.properties ?? {}).flatMap(([key, child]) => {
    const path = [...prefix, key];
    return child.properties ? pathsOfLeaves(child, path) : [path];
  });
}
