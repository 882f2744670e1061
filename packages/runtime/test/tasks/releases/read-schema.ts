import type { DatabaseSync } from 'node:sqlite';
import { queryRows } from '../../support/postgres/fresh-database.js';
import type { Column, Schema } from './recorded-release.js';

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
}

interface RuleRow {
  readonly table: string;
  readonly rule: string;
}

/** The tables of a PostgreSQL database. */
export async function postgresSchema(url: string): Promise<Schema> {
  const columns = (await queryRows(
    url,
    `select table_name as table, column_name as name, data_type as type, is_nullable = 'YES' as nullable,
      column_default is not null as "hasDefault"
      from information_schema.columns where table_schema = current_schema() order by table_name, ordinal_position`,
  )) as readonly ColumnRow[];
  const rules = (await queryRows(
    url,
    `select tablename as table, regexp_replace(indexdef, ' ON [^ ]+\\.', ' ON ') as rule from pg_indexes
        where schemaname = current_schema() and indexdef like 'CREATE UNIQUE%'
      union all select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = current_schema()::regnamespace and contype in ('c', 'f', 'x')
      union all select tgrelid::regclass::text, 'trigger ' || tgname from pg_trigger where not tgisinternal
      order by 1, 2`,
  )) as readonly RuleRow[];
  return toSchema(columns, rules);
}

/** The tables of SQLite databases. */
export function sqliteSchema(...databases: readonly DatabaseSync[]): Schema {
  const columns: ColumnRow[] = [];
  const rules: RuleRow[] = [];
  for (const database of databases) {
    const tables = database
      .prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`)
      .all() as unknown as readonly { readonly name: string }[];
    for (const { name: table } of tables) {
      const found = database.prepare(`select * from pragma_table_info('${table}')`).all() as unknown as readonly {
        readonly name: string;
        readonly type: string;
        readonly notnull: number;
        readonly dflt_value: string | null;
        readonly pk: number;
      }[];
      for (const { name, type, notnull, dflt_value, pk } of found) {
        const isKey = pk > 0 && type.toLowerCase() === 'integer';
        columns.push({ table, name, type, nullable: notnull === 0 || isKey, hasDefault: dflt_value !== null });
      }
      const unique = database
        .prepare(
          `select coalesce(sqlite_master.sql, (select 'unique ' || group_concat(name) from pragma_index_info(list.name))) as rule
            from pragma_index_list('${table}') as list left join sqlite_master on sqlite_master.name = list.name where "unique" = 1`,
        )
        .all() as unknown as readonly { readonly rule: string }[];
      rules.push(...unique.map(({ rule }) => ({ table, rule })));
    }
    const triggers = database.prepare(`select tbl_name, name from sqlite_master where type = 'trigger'`).all();
    for (const { tbl_name, name } of triggers) rules.push({ table: String(tbl_name), rule: `trigger ${name}` });
  }
  return toSchema(columns, rules);
}

function toSchema(columns: readonly ColumnRow[], rules: readonly RuleRow[]): Schema {
  const tables: Record<string, Record<string, Column>> = {};
  for (const { table, name, type, nullable, hasDefault } of columns) {
    tables[table] = { ...tables[table], [name]: { type, nullable, hasDefault } };
  }
  const byTable: Record<string, string[]> = {};
  for (const { table, rule } of rules) byTable[table] = [...(byTable[table] ?? []), rule].sort();
  return { tables, rules: byTable };
}
