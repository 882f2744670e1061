import type { Adapter, Logger } from '@molecule/adapters';
import type { Env } from './environment/env.js';

/** What `startRuntime` needs. */
export interface RuntimeOptions {
  /** `config.yaml`, or the directory that it lies in. */
  readonly configPath: string;
  readonly environment: Env;
  /** Development: missing things (a key, Temporal) are replaced by local ones where that is possible. Default false. */
  readonly dev?: boolean;
  /** Answers by the demo model, whatever keys are set. Default false. */
  readonly demoModel?: boolean;
  /** Wins over `PORT` and `config.yaml`; 0 is any free port. */
  readonly port?: number;
  /** Wins over `MOLECULE_HOST`. */
  readonly host?: string;
  /** Used instead of the one that `ADAPTER_MODULE` names. */
  readonly adapter?: Adapter;
  /** Used instead of one made from the settings. */
  readonly logger?: Logger;
}

/** What a runtime that is ready says of itself. */
export interface RuntimeInfo {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** The adapter's display name. */
  readonly engine: string;
  readonly model: string;
  /** True when the model is the offline demo model. */
  readonly demoModel: boolean;
  /** The variables that reach a real model, as the adapter takes them; any one will do. Absent: none. */
  readonly modelKeys?: readonly string[];
  /** Without a trailing slash. */
  readonly url: string;
  readonly cardUrl: string;
  /** True: the card names this machine `localhost`, which means another one to callers elsewhere; `MOLECULE_PUBLIC_URL` mends it. */
  readonly cardSaysLocalhost?: boolean;
  readonly stateDir: string;
  readonly taskStore: 'sqlite' | 'memory';
  /** Whether a turn survives the death of this process, and why or why not. */
  readonly durable: { readonly yes: boolean; readonly detail: string; readonly uiUrl?: string };
  readonly access: 'anonymous' | 'tokens';
}

/** Where a runtime is in its life; it only moves to the right, `failed` can follow `starting` and `draining`. */
export type RuntimeState = 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** A runtime that is starting or running. */
export interface RuntimeHandle extends AsyncDisposable {
  readonly state: RuntimeState;
  /** Settles once: with the information when requests are served, or with the reason why that will never be. */
  readonly ready: Promise<RuntimeInfo>;
  /** Set once it listens. */
  readonly url: string | undefined;
  /** Turns that run now. */
  activeTasks(): number;
  /**
   * Takes no more messages, lets running turns end for at most `graceMs`, then aborts them. Default: the setting
   * `MOLECULE_SHUTDOWN_GRACE`. Idempotent: later calls get the first one's promise; never rejects for a turn's failure.
   */
  shutdown(options?: { graceMs?: number }): Promise<void>;
}
