import pg from 'pg';
import { Sqlite } from '../../../src/support/sqlite/sqlite.js';
import type { StoreName } from './recorded-release.js';

/** Statements that read or change rows, in the words in which processes of this version send them. */
export class SentStatements {
  readonly #byShape = new Map<string, string>();

  /** Those that are sent to PostgreSQL, or prepared in SQLite, from now on. */
  static collect(store: StoreName): SentStatements {
    const sent = new SentStatements();
    if (store === 'sqlite') {
      const { prepare } = Sqlite.prototype;
      Sqlite.prototype.prepare = function (text) {
        sent.#add(text);
        return prepare.call(this, text);
      };
      return sent;
    }
    const client = pg.Client.prototype as unknown as { query: (this: pg.Client, ...parameters: unknown[]) => unknown };
    const { query } = client;
    client.query = function (...parameters) {
      const first = parameters[0] as string | { readonly text?: string } | undefined;
      sent.#add(typeof first === 'string' ? first : first?.text);
      return query.apply(this, parameters);
    };
    return sent;
  }

  get all(): readonly string[] {
    return [...this.#byShape.values()].sort();
  }

  #add(text: string | undefined): void {
    if (text === undefined || !/^\s*(with|select|insert|update|delete)\b/i.test(text)) return;
    const shape = shapeOf(text);
    const before = this.#byShape.get(shape);
    if (before === undefined || text.length < before.length) this.#byShape.set(shape, text);
  }
}

/** Lists of parameters, and of rows of them, of any length are the same. */
function shapeOf(text: string): string {
  return text
    .replace(/\$\d+|\?/g, '$')
    .replace(/\$(, \$)+/g, '$')
    .replace(/\(\$\)(, \(\$\))+/g, '($)');
}
