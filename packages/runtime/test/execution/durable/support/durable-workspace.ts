import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { startTestRuntime, type TestRuntime } from '../../../support/test-runtime.js';
import { until } from '../../../support/until.js';
import { type HostProcess, startHostProcess } from './host-process.js';
import { type LedgerLine, ledgerAdapter, readLedger } from './ledger-adapter.js';

type Environment = Readonly<Record<string, string>>;

/** A workspace whose processes share one ledger. They run in the test's process, or separately, so that a test can kill them. */
export class DurableWorkspace implements AsyncDisposable {
  readonly directory: string;
  readonly #ledger: string;
  readonly #environment: Environment;

  private constructor(directory: string, environment: Environment) {
    this.directory = directory;
    this.#ledger = join(directory, 'ledger.jsonl');
    this.#environment = { PATH: process.env['PATH'] ?? '', MOLECULE_TEMPORAL: 'auto', ...environment };
  }

  /** @param address of Temporal */
  static async create(address: string, environment: Environment = {}): Promise<DurableWorkspace> {
    const directory = await mkdtemp(join(tmpdir(), 'molecule-durable-'));
    await writeFile(join(directory, 'config.yaml'), CONFIG);
    const workspaceId = `test-${crypto.randomUUID().slice(0, 8)}`;
    return new DurableWorkspace(directory, { TEMPORAL_HOST: address, WORKSPACE_ID: workspaceId, ...environment });
  }

  get workspaceId(): string {
    return this.#environment['WORKSPACE_ID'] ?? '';
  }

  /** A runtime in this process. */
  start(environment: Environment = {}, logger?: Logger): Promise<TestRuntime> {
    return startTestRuntime({
      adapter: ledgerAdapter(this.#ledger),
      config: CONFIG,
      directory: this.directory,
      environment: { ...this.#environment, ...environment },
      ...(logger && { logger }),
    });
  }

  /** A runtime in a separate process. */
  startProcess(environment: Environment = {}, heartbeatTimeoutMs?: number): Promise<HostProcess> {
    const { directory } = this;
    return startHostProcess({
      directory,
      ledger: this.#ledger,
      environment: { ...this.#environment, ...environment },
      heartbeatTimeoutMs,
    });
  }

  /** The ledger entries of all processes. */
  lines(taskId?: string): readonly LedgerLine[] {
    return readLedger(this.#ledger).filter((line) => taskId === undefined || line.taskId === taskId);
  }

  begins(taskId?: string): readonly LedgerLine[] {
    return this.lines(taskId).filter(({ event }) => event === 'begin');
  }

  ends(taskId?: string): readonly LedgerLine[] {
    return this.lines(taskId).filter(({ event }) => event === 'end');
  }

  /** The path of a file that does not exist yet, for which a turn can wait. */
  file(name: string): string {
    return join(this.directory, name);
  }

  /** Creates a file for which turns wait. */
  release(file: string): Promise<void> {
    return writeFile(file, '');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

const CONFIG = 'name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: ledger\n';

/** True if the process reports that its turns are durable. */
export async function isDurable(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`);
  const { durable } = (await response.json()) as { readonly durable: { readonly yes: boolean } };
  return durable.yes;
}

export async function untilDurable(url: string, withinMs = 15_000): Promise<void> {
  await until('turns are durable', () => isDurable(url), withinMs);
}
