import process from 'node:process';
import pg, { type Connection, type PoolClient, type QueryResult, type Submittable } from 'pg';

/** A statement that is to be sent, and who waits for its result. */
export interface PipelinedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly answered: PromiseWithResolvers<QueryResult>;
}

/** What node-postgres calls on the query whose answer arrives. Its types do not list these methods. */
interface Receiver {
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleEmptyQuery(connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
  callback: (error: Error | undefined, result?: QueryResult) => void;
}

type SentQuery = pg.Query & Receiver;

/**
 * Statements that are sent at once, without waiting for each other's results, and that the server answers together.
 *
 * They end with one `Sync`, so that after a statement with an error the server skips all others: nothing of a transaction whose `begin`
 * failed is run outside of it. (The pipeline mode of node-postgres sends a `Sync` after each statement.) All of them then have that error.
 */
class Pipeline implements Submittable {
  /** Node-postgres calls it if the time for an answer is over, and replaces it by one that also stops its timer. */
  callback: (error?: Error) => void;
  readonly #statements: readonly PipelinedStatement[];
  readonly #queries: readonly SentQuery[];
  readonly #done: () => void;
  #answering = 0;
  #isOver = false;
  #isSending = false;
  #isUnsent = false;

  constructor(client: PoolClient, statements: readonly PipelinedStatement[], done: () => void) {
    this.#statements = statements;
    // The client knows how each type is read.
    this.#queries = statements.map(({ sql, parameters, answered }) => {
      const config = { text: sql, values: [...parameters], types: client, queryMode: 'extended' };
      const query = new pg.Query(config) as SentQuery;
      query.callback = (error, result) => {
        if (!error) return answered.resolve(result as QueryResult);
        answered.reject(error);
        this.#isUnsent ||= this.#isSending;
      };
      return query;
    });
    this.#done = done;
    this.callback = (error) => {
      if (error) this.#fail(error);
      else this.#end();
    };
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    // Each of them would end with a `Sync`.
    const unsynced = Object.create(connection, { sync: { value: () => {} } }) as Connection;
    stream.cork();
    this.#isSending = true;
    try {
      for (const query of this.#queries) query.submit(unsynced);
      connection.sync();
      // Only a part of a statement was sent, so the answers no longer belong to the statements in their order.
      if (this.#isUnsent) stream.destroy();
    } finally {
      this.#isSending = false;
      stream.uncork();
    }
  }

  handleRowDescription(message: unknown): void {
    this.#queries[this.#answering]?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#queries[this.#answering]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: Connection): void {
    this.#queries[this.#answering++]?.handleCommandComplete(message, connection);
  }

  handleEmptyQuery(connection: Connection): void {
    this.#queries[this.#answering++]?.handleEmptyQuery(connection);
  }

  /** After an error, node-postgres does not call it. */
  handleReadyForQuery(connection: Connection): void {
    for (const query of this.#queries) query.handleReadyForQuery(connection);
    this.callback();
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  #fail(error: Error): void {
    for (const { answered } of this.#statements) answered.reject(error);
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done();
  }
}

/** The statements of one connection. Those that come while the program does not wait for anything, or while others are on their way, are sent together. */
export class StatementPipeline {
  readonly #client: PoolClient;
  #waiting: PipelinedStatement[] = [];
  #isBusy = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  run(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const answer = this.withNext(sql, parameters);
    this.flush();
    return answer;
  }

  /** Sends the statement together with the next one. */
  withNext(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const answered = Promise.withResolvers<QueryResult>();
    this.#waiting.push({ sql, parameters, answered });
    return answered.promise;
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    this.#isBusy = true;
    // After all that waits for the same results.
    process.nextTick(() => this.#send());
  }

  #send(): void {
    const statements = this.#waiting;
    this.#waiting = [];
    this.#client.query(
      new Pipeline(this.#client, statements, () => {
        if (this.#waiting.length > 0) this.#send();
        else this.#isBusy = false;
      }),
    );
  }
}
