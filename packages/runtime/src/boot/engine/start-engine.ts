import {
  type Adapter,
  type AdapterContext,
  type AgentEngine,
  ContractViolationError,
  type Logger,
  MoleculeError,
} from '@molecule/adapters';
import { checkedEngine } from '../../engine/checked-engine.js';
import { inWords } from '../../support/in-words.js';
import { EngineStartError } from './engine-start-error.js';

export interface EngineStart {
  readonly adapter: Adapter;
  /** Creates the context with this logger. Each line that the adapter logs counts as a sign of life. */
  readonly contextWith: (logger: Logger) => AdapterContext;
  readonly logger: Logger;
  /** The time without a line in the log after which the start fails, in milliseconds. */
  readonly silenceMs: number;
  /** The adapter's module and the setting that names it. */
  readonly module?: string | undefined;
}

/** The engine as the adapter created it, which must be disposed of; and the same engine behind the checks of the contract. */
export interface StartedEngine {
  readonly own: AgentEngine;
  readonly checked: AgentEngine;
}

/**
 * Creates the engine. A start may take minutes, for example to install something, but must log its progress.
 *
 * @throws {EngineStartError}
 * @throws {MoleculeError} if the adapter throws one of its own
 */
export async function startEngine(start: EngineStart): Promise<StartedEngine> {
  const { adapter, silenceMs, module } = start;
  const silence = new Silence(silenceMs);
  try {
    const made = Promise.resolve(adapter.createEngine(start.contextWith(silence.hearing(start.logger))));
    // An engine that is created after the time-out is disposed of here, because no other code has it.
    silence.over.catch(() => made.then((late) => late?.[Symbol.asyncDispose]?.()).catch(() => {}));
    const own = await Promise.race([made, silence.over]);
    return { own, checked: checkedEngine(own, adapter.name) };
  } catch (error) {
    throw asStartError(error, adapter.name, module, silenceMs);
  } finally {
    silence.stop();
  }
}

class EngineSilentError extends Error {}

/** Rejects if nothing is logged for too long. Its timer keeps the process alive; otherwise Node would exit silently. */
class Silence {
  readonly #ms: number;
  #timer: NodeJS.Timeout;
  #fail: (reason: unknown) => void = () => {};
  readonly over: Promise<never>;

  constructor(ms: number) {
    this.#ms = ms;
    this.over = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    this.over.catch(() => {});
    this.#timer = this.#set();
  }

  hearing(logger: Logger): Logger {
    const heard =
      (level: 'debug' | 'info' | 'warn' | 'error'): Logger['info'] =>
      (message, fields) => {
        this.#timer.refresh();
        logger[level](message, fields);
      };
    return {
      debug: heard('debug'),
      info: heard('info'),
      warn: heard('warn'),
      error: heard('error'),
      child: (fields) => this.hearing(logger.child(fields)),
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    // The engine keeps its logger. A line that it logs later must not restart the timer.
    this.#timer = { refresh: () => {} } as NodeJS.Timeout;
  }

  #set(): NodeJS.Timeout {
    return setTimeout(() => this.#fail(new EngineSilentError()), this.#ms);
  }
}

function asStartError(error: unknown, adapter: string, module: string | undefined, silenceMs: number): unknown {
  if (error instanceof EngineSilentError) {
    return new EngineStartError('ENGINE_START_TIMEOUT', {
      summary: `createEngine did not return, and logged nothing, for ${inWords(silenceMs)}.`,
      adapter,
      module,
      remedy:
        'find what it waits for; if a start takes long, log its progress with context.logger, or set MOLECULE_ENGINE_START_TIMEOUT',
    });
  }
  if (ContractViolationError.is(error)) {
    return new EngineStartError(
      'ENGINE_INVALID',
      {
        summary: `What createEngine returned is not an engine: ${error.message}.`,
        adapter,
        module,
        remedy: 'return an object with "async *runTurn(turn, controls)" from createEngine',
      },
      { cause: error },
    );
  }
  if (MoleculeError.is(error)) return error;
  return new EngineStartError(
    'ENGINE_START_FAILED',
    {
      summary: `The engine could not be created: ${error instanceof Error ? error.message || error.name : String(error)}`,
      adapter,
      module,
      place: placeOf(error),
      remedy: 'follow the message; LOG_LEVEL=debug shows the stack',
    },
    { cause: error },
  );
}

/** The first place in the stack outside of Node and of packages, such as `/app/dist/index.js:12:9`. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const line of error.stack?.split('\n') ?? []) {
    const end = line.trimEnd().replace(/\)$/, '');
    const start = Math.max(end.lastIndexOf('('), end.lastIndexOf('at ') + 2);
    const place = end.slice(start + 1).trim();
    if (!line.trimStart().startsWith('at ') || /node:|node_modules/.test(place)) continue;
    return place.replace(/^file:\/\//, '');
  }
  return undefined;
}
