import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startTemporalDevServer, type TemporalDevServer } from '@molecule/temporal/testing';
import { freePort } from './agent.ts';
import { waitFor } from './wait-for.ts';

/** A Temporal server with a file database and one address through all its lives. */
export class Temporal {
  readonly address: string;
  readonly #port: number;
  readonly #directory: string;
  #server: TemporalDevServer | undefined;

  private constructor(port: number, directory: string) {
    this.#port = port;
    this.#directory = directory;
    this.address = `127.0.0.1:${port}`;
  }

  static async create(directory: string): Promise<Temporal> {
    return new Temporal(await freePort(), directory);
  }

  async start(): Promise<void> {
    this.#server = await startTemporalDevServer({
      path: process.env['PATH'] ?? '',
      cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'molecule'),
      dataFile: join(this.#directory, 'temporal.db'),
      port: this.#port,
    });
  }

  /** `kill -9`, and waits for its end. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    let gone = false;
    void server.exited.then(() => {
      gone = true;
    });
    server.kill('SIGKILL');
    // Polled, because nothing else may be left that keeps this process waiting.
    await waitFor('the end of Temporal', () => gone, 10_000);
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
