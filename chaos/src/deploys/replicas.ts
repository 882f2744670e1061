import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AgentProcess } from '../agent.ts';
import { type Postgres, startPostgres } from '../postgres.ts';
import { removeDirectory } from '../remove-directory.ts';
import { Temporal } from '../temporal.ts';

/** What a workspace of several replicas needs: a database, Temporal, and a directory. */
export class Workspace implements AsyncDisposable {
  /** Where the engines of all replicas record what they do. */
  readonly ledger: string;
  readonly #directory: string;
  readonly #postgres: Postgres;
  readonly #temporal: Temporal;
  readonly #replicas: AgentProcess[] = [];

  private constructor(directory: string, postgres: Postgres, temporal: Temporal) {
    this.#directory = directory;
    this.#postgres = postgres;
    this.#temporal = temporal;
    this.ledger = join(directory, 'ledger.jsonl');
  }

  static async create(): Promise<Workspace> {
    const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-deploys-'));
    await writeFile(join(directory, 'config.yaml'), 'name: Ledger\nruntime: ledger\n');
    const temporal = await Temporal.create(directory);
    const [postgres] = await Promise.all([startPostgres(), temporal.start()]);
    return new Workspace(directory, postgres, temporal);
  }

  /**
   * A replica that has not started, with a state directory of its own.
   *
   * @param command its `molecule`. Default: that of this tree
   */
  async replica(environment: Readonly<Record<string, string>>, command?: string): Promise<AgentProcess> {
    const replica = await AgentProcess.create({
      directory: this.#directory,
      stateDir: join(this.#directory, `replica-${this.#replicas.length + 1}`),
      environment: {
        ADAPTER_MODULE: fileURLToPath(new URL('../../adapters/ledger.mjs', import.meta.url)),
        CHAOS_LEDGER: this.ledger,
        DATABASE_URL: this.#postgres.url,
        TEMPORAL_HOST: this.#temporal.address,
        WORKSPACE_ID: 'deploys',
        LOG_LEVEL: 'info',
        ...environment,
      },
      command,
    });
    this.#replicas.push(replica);
    return replica;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end()));
    await this.#temporal.stop();
    await this.#postgres[Symbol.asyncDispose]();
    await removeDirectory(this.#directory);
  }
}
