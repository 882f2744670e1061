import { describe, expect, it } from 'vitest';
import { dataOf, firstDraft } from '../../src/answers/form/draft.js';
import { fieldsOf } from '../../src/answers/form/fields.js';

const SCHEMA = {
  type: 'object',
  required: ['name', 'size'],
  properties: {
    name: { type: 'string', title: 'Name', maxLength: 20 },
    notes: { type: 'string', maxLength: 2000 },
    size: { enum: [1, 2, 'large'], default: 2 },
    colour: {
      oneOf: [
        { const: 'r', title: 'Red' },
        { const: 'g', title: 'Green' },
      ],
    },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    gift: { type: 'boolean', default: true },
    tags: { type: 'array', items: { enum: ['a', 'b', 'c'] } },
    lines: { type: 'array', items: { type: 'string' } },
    day: { type: 'string', format: 'date' },
    address: { type: 'object', properties: { city: { type: 'string' } } },
  },
} as const;

describe('a form made from a schema', () => {
  const fields = fieldsOf(SCHEMA) ?? [];

  it('has a plain field for each common kind', () => {
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['name', 'text', true],
      ['notes', 'text', false],
      ['size', 'choice', true],
      ['colour', 'choice', false],
      ['count', 'number', false],
      ['gift', 'boolean', false],
      ['tags', 'choices', false],
      ['lines', 'lines', false],
      ['day', 'text', false],
      ['address', 'group', false],
    ]);
    expect(fields[1]).toMatchObject({ long: true });
    expect(fields[3]).toMatchObject({
      options: [
        { value: 'r', label: 'Red' },
        { value: 'g', label: 'Green' },
      ],
    });
    expect(fields[8]).toMatchObject({ type: 'date' });
  });

  it('begins with the defaults, and leaves out what is empty and not required', () => {
    const draft = firstDraft(fields);
    expect(dataOf(fields, draft)).toEqual({ name: '', size: 2, gift: true });
  });

  it('makes data of the types of the schema', () => {
    const draft = {
      ...firstDraft(fields),
      name: 'Ada',
      count: '7',
      tags: [0, 2],
      lines: 'one\n\ntwo\n',
      colour: [1],
      address: { city: 'Bern' },
    };
    expect(dataOf(fields, draft)).toEqual({
      name: 'Ada',
      size: 2,
      colour: 'g',
      count: 7,
      gift: true,
      tags: ['a', 'c'],
      lines: ['one', 'two'],
      address: { city: 'Bern' },
    });
  });

  it('reads data again that was written as JSON', () => {
    const data = { name: 'Ada', size: 'large', tags: ['b'], lines: ['x'], gift: false, address: { city: 'Bern' } };
    expect(dataOf(fields, firstDraft(fields, data))).toEqual(data);
  });

  it.each([
    ['a reference', { properties: { a: { $ref: '#/$defs/a' } } }],
    ['alternatives of objects', { properties: { a: { anyOf: [{ type: 'string' }, { type: 'number' }] } } }],
    ['a list of objects', { properties: { a: { type: 'array', items: { type: 'object' } } } }],
    ['no properties', { type: 'object' }],
    ['a condition', { properties: { a: { type: 'string' } }, if: {} }],
  ])('leaves %s to JSON', (_name, schema) => {
    expect(fieldsOf(schema)).toBeUndefined();
  });
});
