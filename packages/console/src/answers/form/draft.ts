import type { JsonObject } from '../../api/a2a.js';
import { type Field, isObject } from './fields.js';

/** What is filled in, by the name of the field: text of an input, a tick, the chosen indexes, or the draft of a group. */
export interface Draft {
  readonly [name: string]: string | boolean | readonly number[] | Draft;
}

/** The draft with which a form begins: the defaults of its schema. */
export function firstDraft(fields: readonly Field[], known: JsonObject = {}): Draft {
  return Object.fromEntries(fields.map((field) => [field.name, firstValue(field, known[field.name] ?? field.initial)]));
}

function firstValue(field: Field, value: unknown): Draft[string] {
  switch (field.kind) {
    case 'boolean':
      return value === true;
    case 'choice':
      return indexesOf(field.options, [value]).slice(0, 1);
    case 'choices':
      return indexesOf(field.options, Array.isArray(value) ? value : []);
    case 'lines':
      return Array.isArray(value) ? value.join('\n') : '';
    case 'group':
      return firstDraft(field.fields, isObject(value) ? value : {});
    default:
      return value === undefined || value === null ? '' : String(value);
  }
}

function indexesOf(options: readonly { readonly value: unknown }[], values: readonly unknown[]): readonly number[] {
  const wanted = values.map((value) => JSON.stringify(value));
  return options.flatMap(({ value }, index) => (wanted.includes(JSON.stringify(value)) ? [index] : []));
}

/** The data of a filled form. A field that is empty and not required is left out. */
export function dataOf(fields: readonly Field[], draft: Draft): JsonObject {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = valueIn(field, draft[field.name]);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );
}

function valueIn(field: Field, given: Draft[string] | undefined): unknown {
  switch (field.kind) {
    case 'boolean':
      return given === true;
    case 'choice': {
      const [index] = (given ?? []) as readonly number[];
      return index === undefined ? undefined : field.options[index]?.value;
    }
    case 'choices': {
      const chosen = ((given ?? []) as readonly number[]).map((index) => field.options[index]?.value);
      return chosen.length === 0 && !field.required ? undefined : chosen;
    }
    case 'group': {
      const data = dataOf(field.fields, (given ?? {}) as Draft);
      return Object.keys(data).length === 0 && !field.required ? undefined : data;
    }
    case 'lines': {
      const lines = String(given ?? '')
        .split('\n')
        .filter((line) => line.trim() !== '');
      return lines.length === 0 && !field.required ? undefined : lines;
    }
    case 'number':
      return given === '' || given === undefined ? undefined : Number(given);
    case 'text':
      if (given === '' && !field.required) return undefined;
      // The input has no zone; the data says the moment.
      if (field.type === 'datetime-local' && given !== '') return new Date(String(given)).toISOString();
      return given;
  }
}
