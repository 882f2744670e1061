import { CompiledQuery, type DatabaseConnection, SqliteDialect, SqliteDriver } from 'kysely';
import type { SqliteConnection } from './sqlite-connection.js';
import { CALLER, type StorageGate } from './storage-gate.js';

/** SQLite for kysely whose statements wait for another process's lock without blocking the event loop. */
export class PatientDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;
  readonly #gate: StorageGate;

  constructor(connection: SqliteConnection, gate: StorageGate) {
    super({ database: connection });
    this.#connection = connection;
    this.#gate = gate;
  }

  override createDriver(): PatientDriver {
    return new PatientDriver(this.#connection, this.#gate);
  }
}

class PatientDriver extends SqliteDriver {
  readonly #gate: StorageGate;

  constructor(connection: SqliteConnection, gate: StorageGate) {
    super({ database: connection });
    this.#gate = gate;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    return {
      executeQuery: <Row>(query: CompiledQuery) => this.#gate.run(() => connection.executeQuery<Row>(query), CALLER),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    };
  }

  /** Takes the lock at the beginning: once something was read, waiting for it would be in vain. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}
