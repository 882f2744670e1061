import type { Column, Schema } from './recorded-release.js';

/** Why processes that were made for the older tables fail on the newer ones; empty if they do not. */
export function breaks(older: Schema, newer: Schema): readonly string[] {
  return Object.entries(older.tables).flatMap(([table, columns]) => {
    const found = newer.tables[table];
    if (!found) return [`table ${table} is gone`];
    return [
      ...Object.entries(columns).flatMap(([name, column]) => columnBreaks(`${table}.${name}`, column, found[name])),
      ...Object.entries(found)
        .filter(([name, { nullable, hasDefault }]) => !(name in columns) && !nullable && !hasDefault)
        .map(([name]) => `column ${table}.${name} is new and must be given`),
      ...ruleBreaks(table, older.rules[table] ?? [], newer.rules[table] ?? []),
    ];
  });
}

function columnBreaks(name: string, older: Column, newer: Column | undefined): readonly string[] {
  if (!newer) return [`column ${name} is gone`];
  return [
    ...(newer.type === older.type ? [] : [`column ${name} was ${older.type} and is ${newer.type}`]),
    ...(older.nullable && !newer.nullable ? [`column ${name} must not be null any more`] : []),
    ...(older.hasDefault && !newer.hasDefault ? [`column ${name} has no default any more`] : []),
  ];
}

function ruleBreaks(table: string, older: readonly string[], newer: readonly string[]): readonly string[] {
  return [
    ...newer.filter((rule) => !older.includes(rule)).map((rule) => `${table} has a new rule: ${rule}`),
    // Statements with `on conflict` name them.
    ...older.filter((rule) => !newer.includes(rule)).map((rule) => `${table} has lost a rule: ${rule}`),
  ];
}
