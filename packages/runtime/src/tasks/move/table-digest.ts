import { createHash } from 'node:crypto';
import type { CopiedTable } from './copied-tables.js';
import type { Row } from './table-pages.js';

const MODULUS = 2n ** 128n;

/** The number of a table's rows, and a digest of their contents that does not depend on their order. */
export class TableDigest {
  #rows = 0;
  #sum = 0n;

  add({ columns }: CopiedTable, rows: readonly Row[]): void {
    this.#rows += rows.length;
    for (const row of rows) this.#sum = (this.#sum + digestOf(columns.map((column) => row[column]))) % MODULUS;
  }

  get rows(): number {
    return this.#rows;
  }

  equals(other: TableDigest): boolean {
    return this.#rows === other.#rows && this.#sum === other.#sum;
  }
}

function digestOf(values: readonly unknown[]): bigint {
  const hash = createHash('sha256');
  for (const value of values) {
    const [kind, bytes] = encoded(value);
    hash.update(`${kind}${bytes.byteLength}:`).update(bytes);
  }
  return BigInt(`0x${hash.digest('hex').slice(0, 32)}`);
}

function encoded(value: unknown): readonly [kind: string, bytes: Uint8Array] {
  if (value === null) return ['null', Buffer.alloc(0)];
  if (value instanceof Uint8Array) return ['bytes', value];
  if (typeof value === 'number') return ['number', Buffer.from(String(value))];
  // PostgreSQL stores no NUL; see StoreClient.
  return ['text', Buffer.from(String(value).replaceAll('\0', '\u{fffd}'))];
}
