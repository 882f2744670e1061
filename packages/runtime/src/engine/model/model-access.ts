import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Adapter,
  type CredentialRequirement,
  type Logger,
  type ModelEndpoint,
  MoleculeError,
} from '@molecule/adapters';
import { resolve } from 'import-meta-resolve';
import { cacheDirectory } from '../../settings/environment/cache-directory.js';
import type { Env } from '../../settings/environment/env.js';
import type { ErrorCode } from '../../support/error-codes.js';

/** The package that serves the demo model; resolved from the template, then from this package. */
const DEMO_MODEL_PACKAGE = '@molecule/demo-model';

/** No model can be reached. */
export class ModelAccessError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ModelAccessError';
  readonly code: 'MODEL_KEY_MISSING' | 'DEMO_MODEL_NOT_SUPPORTED' | 'DEMO_MODEL_NOT_INSTALLED';

  constructor(code: ModelAccessError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}

export interface ModelAccessOptions {
  readonly adapter: Adapter;
  readonly model: string;
  readonly environment: Env;
  /** True if the demo model may replace a model without a key. */
  readonly dev: boolean;
  /** True if the demo model is used even if a key is set. */
  readonly demoModel: boolean;
  /** A model file to use instead of the download. */
  readonly demoModelPath: string | undefined;
  readonly configDir: string;
  readonly logger: Logger;
}

/** The access of the engine to its model. */
export interface ModelAccess {
  /** Set only for the demo model. */
  readonly endpoint?: ModelEndpoint;
  stop(): Promise<void>;
}

/** The exports of `@molecule/demo-model` that are used here. */
interface DemoModelModule {
  startDemoModel(options: {
    readonly modelPath?: string;
    readonly cacheDir: string;
    readonly logger: Logger;
    readonly onProgress?: (line: string) => void;
  }): Promise<{ readonly url: string; readonly model: string; readonly apiKey: string; stop(): Promise<void> }>;
}

/**
 * Determines the engine's access to its model. Starts the demo model if it is requested, or allowed and needed.
 *
 * @throws {ModelAccessError} `MODEL_KEY_MISSING`, `DEMO_MODEL_NOT_SUPPORTED`, `DEMO_MODEL_NOT_INSTALLED`
 */
export async function openModelAccess(options: ModelAccessOptions): Promise<ModelAccess> {
  const { adapter, model, environment } = options;
  const need = adapter.credentials?.(model, environment);
  const satisfied = !need || need.anyOf.length === 0 || need.anyOf.some((name) => Boolean(environment[name]));
  if (!options.demoModel && satisfied) return { async stop() {} };
  if (!options.demoModel && !options.dev) throw keyMissing(options, need);
  if (!need?.demoModel) {
    if (!options.demoModel) throw keyMissing(options, need);
    throw new ModelAccessError(
      'DEMO_MODEL_NOT_SUPPORTED',
      `The engine ${adapter.displayName} cannot use the demo model. Start without --demo-model, with a model that the engine can reach.`,
    );
  }
  return startDemoModel(options, need);
}

async function startDemoModel(options: ModelAccessOptions, need: CredentialRequirement): Promise<ModelAccess> {
  const { environment, demoModelPath, logger } = options;
  const { startDemoModel: start } = await importDemoModel(options, need);
  const running = await start({
    ...(demoModelPath !== undefined && { modelPath: demoModelPath }),
    cacheDir: cacheDirectory(environment),
    logger,
    onProgress: (line) => logger.info(line),
  });
  return {
    endpoint: { baseUrl: running.url, model: running.model, apiKey: running.apiKey },
    stop: () => running.stop(),
  };
}

async function importDemoModel(options: ModelAccessOptions, need: CredentialRequirement): Promise<DemoModelModule> {
  const from = [pathToFileURL(join(options.configDir, 'config.yaml')).href, import.meta.url];
  const causes: unknown[] = [];
  for (const parent of from) {
    try {
      const url = resolve(DEMO_MODEL_PACKAGE, parent);
      return (await import(url)) as DemoModelModule;
    } catch (error) {
      causes.push(error);
    }
  }
  throw new ModelAccessError(
    'DEMO_MODEL_NOT_INSTALLED',
    `No key for ${options.model || 'the model'} is set, and the demo model is not installed.\n` +
      `Set ${need.anyOf.join(' or ')}, or install the demo model: npm install --save-dev ${DEMO_MODEL_PACKAGE}\n` +
      '(in the Molecule repository: npm start <template> -- --demo-model)',
    { cause: new AggregateError(causes) },
  );
}

function keyMissing(options: ModelAccessOptions, need: CredentialRequirement | undefined): ModelAccessError {
  const names = need?.anyOf.join(' or ') ?? 'its key';
  const demo = need?.demoModel
    ? '\nTo try it without one: molecule start --dev (a small model on this machine answers instead).'
    : '';
  return new ModelAccessError(
    'MODEL_KEY_MISSING',
    `The model ${options.model || 'of this engine'} needs a key: set ${names}.${demo}`,
  );
}
