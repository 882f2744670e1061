import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScriptedModel } from '@molecule/adapters/testing/kit';
import type { AgentProcess } from './sandbox/agent-process.js';
import { endAll } from './sandbox/left-behind.js';
import { detectPackageManager } from './sandbox/package-manager.js';
import { agentEnvironment, buildEnvironment } from './sandbox/sandbox-environment.js';
import type { TemplateManifest } from './template-manifest.js';
import { DEFAULT_TURN_TIMEOUT_MS, type PackageManager, type VerifyOptions } from './verify-options.js';
import { DEFAULT_MESSAGE, type Exchange, SCRIPTED_SLOW, type VerifyPlan } from './verify-plan.js';

/** What the checks share: an empty directory, the unpacked package in it, and the running agent. */
export class VerifyBench implements AsyncDisposable {
  readonly options: VerifyOptions;
  /** The sandbox. */
  readonly root: string;
  readonly packageManager: PackageManager;
  readonly turnTimeoutMs: number;
  /** Values that must not appear in any output or answer. */
  readonly secrets: readonly string[] = [`verify-secret-${crypto.randomUUID()}`];
  /** Set once the package is unpacked. */
  manifest: TemplateManifest = { name: '', version: '' };
  plan: VerifyPlan = { environment: {} };
  /** Set once the template's packages are installed. */
  model: ScriptedModel | undefined;
  /** `host:port` of the agent's Temporal. */
  temporalAddress: string | undefined;
  agent: AgentProcess | undefined;
  /** All other output and answers, to search them for secrets. */
  observed = '';
  readonly #workspaceId = `verify-${crypto.randomUUID().slice(0, 8)}`;
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  private constructor(options: VerifyOptions, root: string) {
    this.options = options;
    this.root = root;
    this.packageManager = options.sandbox?.packageManager ?? detectPackageManager(options.directory);
    this.turnTimeoutMs = options.turnTimeoutMs ?? DEFAULT_TURN_TIMEOUT_MS;
    if (!options.sandbox?.keep) this.onCleanup(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
    this.onCleanup(async () => endAll(root));
  }

  static async open(options: VerifyOptions): Promise<VerifyBench> {
    return new VerifyBench(options, await realpath(await mkdtemp(join(tmpdir(), 'molecule-verify-'))));
  }

  /** Where the package is unpacked. */
  get template(): string {
    return join(this.root, 'template');
  }

  /** For programs that install and build. */
  get buildEnvironment(): NodeJS.ProcessEnv {
    return buildEnvironment(this.options.environment, this.options.node);
  }

  /** For the agent: the scripted model under the usual variables, and keys that must stay secret. */
  get agentEnvironment(): NodeJS.ProcessEnv {
    const [secret = ''] = this.secrets;
    const url = this.model?.url ?? '';
    return {
      ...agentEnvironment(this.options.environment, this.options.node),
      MOLECULE_STATE_DIR: join(this.root, 'state'),
      MOLECULE_SHUTDOWN_GRACE: '5s',
      MOLECULE_TEMPORAL: this.temporalAddress === undefined ? 'off' : 'auto',
      ...(this.temporalAddress !== undefined && { TEMPORAL_HOST: this.temporalAddress }),
      WORKSPACE_ID: this.#workspaceId,
      OPENAI_API_KEY: secret,
      ANTHROPIC_API_KEY: secret,
      OPENROUTER_API_KEY: secret,
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_BASE_URL: url,
      ...this.plan.environment,
    };
  }

  /** True once the engine has asked the scripted model for an answer. */
  get usesModel(): boolean {
    return this.model?.requests.some(({ step }) => step !== undefined) ?? false;
  }

  get message(): Exchange {
    return this.plan.message ?? DEFAULT_MESSAGE;
  }

  /** A turn of some seconds; `undefined` if the engine uses no model and the author has set none. */
  get slow(): Exchange | undefined {
    return this.plan.slow ?? (this.usesModel ? SCRIPTED_SLOW : undefined);
  }

  onCleanup(cleanup: () => Promise<unknown>): void {
    this.#cleanups.unshift(cleanup);
  }

  /** The booted agent. A check that needs it comes after the gate that boots it. */
  get runningAgent(): AgentProcess {
    if (this.agent === undefined) throw new Error('the agent was not booted');
    return this.agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanup of this.#cleanups) await cleanup();
  }
}
