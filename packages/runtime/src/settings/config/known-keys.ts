import { nearestName } from '@molecule/adapters';
import { z } from 'zod';
import { configSchema } from './config-schema.js';
import type { ValuePath } from './workspace-config.js';

/** The part of a JSON Schema that is used here. */
export interface FieldSchema {
  readonly type?: string;
  /** A form of text, such as `age`. */
  readonly format?: string;
  readonly description?: string;
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

/** `config.yaml` as JSON Schema, generated once from the zod schema. */
export function configJsonSchema(): FieldSchema {
  jsonSchema ??= z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as FieldSchema;
  return jsonSchema;
}

/** The schema of one value; `undefined` for an unknown key. */
export function fieldAt(path: ValuePath): FieldSchema | undefined {
  let field: FieldSchema | undefined = configJsonSchema();
  for (const key of path) {
    const container: FieldSchema | undefined = typeof key === 'number' ? field : withProperties(field);
    field = typeof key === 'number' ? container?.items : container?.properties?.[key];
  }
  return field;
}

/** The remedy for an unknown key: its right place, the most similar key, or the list of known keys. */
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
