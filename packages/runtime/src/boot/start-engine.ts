import {
  type Adapter,
  type AdapterContext,
  type AgentEngine,
  ContractViolation,
  type Logger,
  MoleculeError,
} from '@molecule/adapters';
import { checkedEngine } from '../runner/checked-engine.js';
import { inWords } from '../runner/turn-clock.js';
import { EngineStartError } from './engine-start-error.js';

export interface EngineStart {
  readonly adapter: Adapter;
  /** Gives the context with this logger; what the adapter then writes to it is heard as a sign of life. */
  readonly contextWith: (logger: Logger) => AdapterContext;
  readonly logger: Logger;
  /** Milliseconds, since the engine's last line in the log, after which it is given up. */
  readonly silenceMs: number;
  /** Which setting named the adapter, and what it named. */
  readonly module?: string | undefined;
}

/** An engine as its adapter made it, which its maker disposes of, and the same behind the checks of the contract. */
export interface StartedEngine {
  readonly own: AgentEngine;
  readonly checked: AgentEngine;
}

/**
 * Makes the engine. A start may take minutes when something is installed first; it must say something meanwhile.
 *
 * @throws {EngineStartError}; what the adapter throws, when that is a `MoleculeError` of its own
 */
export async function startEngine(start: EngineStart): Promise<StartedEngine> {
  const { adapter, silenceMs, module } = start;
  const silence = new Silence(silenceMs);
  try {
    const made = Promise.resolve(adapter.createEngine(start.contextWith(silence.hearing(start.logger))));
    // One that comes too late is ended, as nobody else knows of it.
    silence.over.catch(() => made.then((late) => late?.[Symbol.asyncDispose]?.()).catch(() => {}));
    const own = await Promise.race([made, silence.over]);
    return { own, checked: checkedEngine(own, adapter.name) };
  } catch (error) {
    throw asStartError(error, adapter.name, module, silenceMs);
  } finally {
    silence.stop();
  }
}

class TooSilent extends Error {}

/** Fails when nothing was logged for too long. Its timer keeps the process alive: Node would end it without a word. */
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
    // The engine keeps its logger: a line that it writes later must not start the timer again.
    this.#timer = { refresh: () => {} } as NodeJS.Timeout;
  }

  #set(): NodeJS.Timeout {
    return setTimeout(() => this.#fail(new TooSilent()), this.#ms);
  }
}

function asStartError(error: unknown, adapter: string, module: string | undefined, silenceMs: number): unknown {
  if (error instanceof TooSilent) {
    return new EngineStartError('ENGINE_START_TIMEOUT', {
      summary: `createEngine did not return, and logged nothing, for ${inWords(silenceMs)}.`,
      adapter,
      module,
      remedy:
        'see what it waits for; an engine whose start takes long says so with context.logger, or set MOLECULE_ENGINE_START_TIMEOUT',
    });
  }
  if (ContractViolation.is(error)) {
    return new EngineStartError(
      'ENGINE_INVALID',
      {
        summary: `What createEngine gave is no engine: ${error.message}.`,
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
      summary: `The engine could not be made: ${error instanceof Error ? error.message || error.name : String(error)}`,
      adapter,
      module,
      place: placeOf(error),
      remedy: 'do as the message says; LOG_LEVEL=debug shows the stack',
    },
    { cause: error },
  );
}

/** The first line of the stack that is neither Node's nor a library's: `/app/dist/index.js:12:9`. */
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
