import type { Adapter, Logger } from '@molecule/adapters';
import type { DurableStatus } from '../execution/durable/durable-status.js';
import type { Env } from '../settings/environment/env.js';

/** The options of `startRuntime`. */
export interface RuntimeOptions {
  /** The path of `config.yaml`, or of its directory. */
  readonly configPath: string;
  readonly environment: Env;
  /** For development: if no key is set, the demo model answers; a local Temporal is started. Default: false. */
  readonly dev?: boolean;
  /** The demo model answers, even if a key is set. Default: false. */
  readonly demoModel?: boolean;
  /** Overrides `PORT` and `config.yaml`; 0 means any free port. */
  readonly port?: number;
  /** Overrides `MOLECULE_HOST`. */
  readonly host?: string;
  /** Default: the adapter that `ADAPTER_MODULE` names. */
  readonly adapter?: Adapter;
  /** Default: a logger as the settings configure it, on standard error. */
  readonly logger?: Logger;
}

/** What a runtime says about itself once it serves. */
export interface RuntimeInfo {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** The adapter's display name. */
  readonly engine: string;
  readonly model: string;
  /** True if the demo model answers. */
  readonly demoModel: boolean;
  /** The environment variables for the key of a real model; one of them is enough. Absent: the adapter names none. */
  readonly modelKeys?: readonly string[];
  /** Without a trailing slash. */
  readonly url: string;
  readonly cardUrl: string;
  /** Where the console is; absent: it is off. */
  readonly console?:
    | { readonly url: string }
    /** It would be on, because the runtime was started for development. */
    | { readonly notInstalled: true };
  /** Where gRPC is served, if it is. */
  readonly grpc?: {
    /** `host:port`. */
    readonly address: string;
    readonly encrypted: boolean;
  };
  /** True: the card's URL has `localhost` as its host, so clients on other machines cannot use it. Set `MOLECULE_PUBLIC_URL`. */
  readonly cardSaysLocalhost?: boolean;
  readonly stateDir: string;
  readonly taskStore: 'sqlite' | 'memory' | 'postgres';
  /** Where the database is, if the tasks are in one. */
  readonly database?: string;
  /** Whether turns survive the end of this process, and why or why not. */
  readonly durable: DurableStatus;
  /** How callers say who they are: not at all, with a bearer token of any kind, or only with a certificate. */
  readonly access: 'anonymous' | 'tokens' | 'certificates';
}

/** The state of a runtime. It only moves to the right; `failed` follows `starting`. */
export type RuntimeState = 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** A runtime that is starting or running. */
export interface RuntimeHandle extends AsyncDisposable {
  readonly state: RuntimeState;
  /** Resolves when requests are served; rejects if the start has failed. */
  readonly ready: Promise<RuntimeInfo>;
  /** Resolves when it has stopped, also by itself: a platform has deleted the workspace. */
  readonly stopped: Promise<void>;
  /** Undefined until the server listens. */
  readonly url: string | undefined;
  /** The number of turns that run or wait. */
  activeTasks(): number;
  /**
   * Refuses new messages, waits at most `graceMs` for running turns, then aborts them or hands them over. Default: the
   * setting `MOLECULE_SHUTDOWN_GRACE`. Idempotent: later calls return the promise of the first one.
   */
  shutdown(options?: { graceMs?: number }): Promise<void>;
}
