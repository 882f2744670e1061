import type { JsonObject } from '../../api/a2a.js';

/** One of the values that a field offers. */
export interface Option {
  /** Any JSON: a number stays a number. */
  readonly value: unknown;
  readonly label: string;
}

interface Named {
  /** The property of the data. */
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly required: boolean;
  readonly initial?: unknown;
}

export interface TextField extends Named {
  readonly kind: 'text';
  readonly type: 'text' | 'email' | 'url' | 'date' | 'time' | 'datetime-local';
  readonly long: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface NumberField extends Named {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ChoiceField extends Named {
  /** `choice`: one of the options; `choices`: any number of them. */
  readonly kind: 'choice' | 'choices';
  readonly options: readonly Option[];
}

/** A field of a form, made from a JSON Schema. */
export type Field =
  | TextField
  | NumberField
  | ChoiceField
  | (Named & { readonly kind: 'boolean' })
  /** Texts, one a line. */
  | (Named & { readonly kind: 'lines' })
  | (Named & { readonly kind: 'group'; readonly fields: readonly Field[] });

const TYPES: Readonly<Record<string, TextField['type']>> = {
  email: 'email',
  uri: 'url',
  date: 'date',
  time: 'time',
  'date-time': 'datetime-local',
};

/** From this length on, a text gets several lines. */
const LONG_TEXT = 200;
const MOST_FIELDS = 60;
const MOST_DEPTH = 3;

/** Words of a schema that no plain field can express. */
const BEYOND = ['$ref', 'allOf', 'anyOf', 'if', 'not', 'patternProperties', 'dependentSchemas'];

/** The fields of a form. Undefined: the schema has more than plain fields can express, so its data is written as JSON. */
export function fieldsOf(schema: JsonObject, depth = 0): readonly Field[] | undefined {
  const { properties, required } = schema;
  if (depth > MOST_DEPTH || !isObject(properties) || BEYOND.some((word) => word in schema)) return undefined;
  const names = Object.keys(properties);
  if (names.length === 0 || names.length > MOST_FIELDS) return undefined;
  const needed = Array.isArray(required) ? required : [];
  const fields = names.map((name) => fieldOf(name, properties[name], needed.includes(name), depth));
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

function fieldOf(name: string, schema: unknown, required: boolean, depth: number): Field | undefined {
  if (!isObject(schema) || BEYOND.some((word) => word in schema)) return undefined;
  const named: Named = {
    name,
    label: textOf(schema['title']) ?? name,
    required,
    ...(textOf(schema['description']) !== undefined && { help: textOf(schema['description']) as string }),
    ...(schema['default'] !== undefined && { initial: schema['default'] }),
  };
  const options = optionsOf(schema);
  if (options !== undefined) return { ...named, kind: 'choice', options };
  switch (schema['type']) {
    case 'string':
      return textField(named, schema);
    case 'number':
    case 'integer':
      return { ...named, kind: 'number', whole: schema['type'] === 'integer', ...limits(schema, 'minimum', 'maximum') };
    case 'boolean':
      return { ...named, kind: 'boolean' };
    case 'array':
      return listField(named, schema['items']);
    case 'object': {
      const fields = fieldsOf(schema, depth + 1);
      return fields && { ...named, kind: 'group', fields };
    }
    default:
      return undefined;
  }
}

function textField(named: Named, schema: JsonObject): TextField {
  const { format, maxLength } = schema;
  return {
    ...named,
    kind: 'text',
    type: (typeof format === 'string' ? TYPES[format] : undefined) ?? 'text',
    long: typeof maxLength === 'number' && maxLength > LONG_TEXT,
    ...limits(schema, 'minLength', 'maxLength'),
  };
}

function listField(named: Named, items: unknown): Field | undefined {
  if (!isObject(items)) return undefined;
  const options = optionsOf(items);
  if (options !== undefined) return { ...named, kind: 'choices', options };
  return items['type'] === 'string' ? { ...named, kind: 'lines' } : undefined;
}

/** Values of `enum` and `const`, or of `oneOf` whose members are constants with titles. */
function optionsOf(schema: JsonObject): readonly Option[] | undefined {
  const { enum: values, enumNames: names, oneOf } = schema;
  if (Array.isArray(values)) {
    return values.map((value, index) => ({
      value,
      label: textOf(Array.isArray(names) ? names[index] : undefined) ?? String(value),
    }));
  }
  if ('const' in schema) return [{ value: schema['const'], label: String(schema['const']) }];
  if (!Array.isArray(oneOf) || !oneOf.every((one) => isObject(one) && 'const' in one)) return undefined;
  return (oneOf as readonly JsonObject[]).map((one) => ({
    value: one['const'],
    label: textOf(one['title']) ?? String(one['const']),
  }));
}

/** The numbers among the named words of a schema. */
function limits(schema: JsonObject, ...words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(words.flatMap((word) => (typeof schema[word] === 'number' ? [[word, schema[word]]] : [])));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
