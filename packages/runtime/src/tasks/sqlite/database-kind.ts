import type { MoleculeError } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What may prevent a database from being opened. */
export type OpenFailure = 'open' | 'migration' | 'too-new';

/** What distinguishes one database of the store from another: its tables, its texts and its errors. */
export interface DatabaseKind<Schema> {
  /** For log lines and errors: "the task log". */
  readonly title: string;
  /** The effect of storage trouble, for the log. */
  readonly effect?: string;
  /**
   * By name, in the order of the names. A released migration is never edited: a change is a new migration, whose name ends with the minor
   * version that has it first, such as `011-costs@0.3`. It only adds, since processes of the minor version before run on.
   */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** A write that changes nothing, to find out whether writing works. */
  touch(database: Kysely<Schema>): Promise<unknown>;
  error(failure: OpenFailure, message: string, cause?: unknown): MoleculeError;
}
