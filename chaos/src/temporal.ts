import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { until } from '@molecule/runtime/testing';
import { startTemporalDevServer, type TemporalDevServer } from '@molecule/temporal/testing';
import { freePort } from './free-port.ts';

/** A Temporal server with a file database, which keeps its address through all restarts. */
export class Temporal {
  readonly address: string;
  readonly port: number;
  readonly #directory: string;
  readonly #listensOn: string;
  #server: TemporalDevServer | undefined;

  private constructor(port: number, directory: string, listensOn: string) {
    this.port = port;
    this.#directory = directory;
    this.#listensOn = listensOn;
    this.address = `127.0.0.1:${port}`;
  }

  /** @param listensOn `0.0.0.0` for clients on other hosts, too */
  static async create(directory: string, listensOn = '127.0.0.1'): Promise<Temporal> {
    return new Temporal(await freePort(), directory, listensOn);
  }

  async start(): Promise<void> {
    this.#server = await startTemporalDevServer({
      path: process.env['PATH'] ?? '',
      cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'molecule'),
      dataFile: join(this.#directory, 'temporal.db'),
      port: this.port,
      extraArgs: ['--ip', this.#listensOn],
    });
  }

  /** Sends SIGKILL and waits for the end of the process. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    let gone = false;
    void server.exited.then(() => {
      gone = true;
    });
    server.kill('SIGKILL');
    // Polled: otherwise nothing might keep this process alive.
    await until('the end of Temporal', () => gone, 10_000);
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
