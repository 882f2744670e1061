import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@molecule/adapters';
import { DemoModelError, WAYS_OUT } from './demo-model-error.js';
import { type FindDemoModelOptions, findDemoModel } from './file/find-demo-model.js';
import { DEMO_MODEL_NAME } from './file/model-facts.js';
import { withProgress } from './file/progress.js';
import type { ServerReport } from './server/channel.js';

export interface StartDemoModelOptions extends FindDemoModelOptions {
  readonly logger: Logger;
}

/** A running demo model with OpenAI chat completions and Anthropic messages, on loopback only. */
export interface DemoModel extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without the `/v1`. */
  readonly url: string;
  readonly model: typeof DEMO_MODEL_NAME;
  /** A key for clients that require one. The server accepts any. */
  readonly apiKey: string;
  /** Stops the server and aborts its answers. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Finds the model file and serves it from a separate process, because the model computes for seconds, which would block an
 * agent's event loop. That process ends with this one in every case.
 *
 * @throws {DemoModelError} the errors of {@link findDemoModel}, and `DEMO_MODEL_FAILED` if the model does not load.
 */
export async function startDemoModel(options: StartDemoModelOptions): Promise<DemoModel> {
  const { logger, onProgress, signal } = options;
  const file = await findDemoModel(options);
  // Without this process's `execArgv`, which may contain a debugger's port that is in use.
  const child = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [file], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const complaints = keepLastWords(child);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= end(child);
    return stopping;
  };
  try {
    const port = await withProgress('Loading the demo model', onProgress, () => listening(child, complaints, signal));
    child.once('exit', (exitCode, exitSignal) => {
      if (!stopping) logger.error('the demo model exited unexpectedly', { exitCode, exitSignal, output: complaints() });
    });
    const url = `http://127.0.0.1:${port}`;
    logger.debug('the demo model is ready', { url, file, pid: child.pid });
    return { url, model: DEMO_MODEL_NAME, apiKey: 'demo', stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The limit of loading, long enough for a slow disk. */
const LOAD_LIMIT_MS = 120_000;

function listening(child: ChildProcess, complaints: () => string, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new DemoModelError('DEMO_MODEL_FAILED', `The demo model did not start: ${reason}. ${WAYS_OUT}`));
    };
    const timer = setTimeout(fail, LOAD_LIMIT_MS, `it was not loaded within ${LOAD_LIMIT_MS / 1_000} s`);
    const abort = (): void => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    child.once('message', (report: ServerReport) => {
      if (report.type === 'listening') resolve(report.port);
      else fail(report.message);
    });
    child.once('error', (error) => fail(error.message));
    // `close` instead of `exit`, because all output has been read by then.
    child.once('close', (exitCode, exitSignal) => {
      fail(`its process ended (${exitSignal ?? `exit code ${exitCode}`}) ${complaints()}`.trimEnd());
    });
    child.once('close', () => signal?.removeEventListener('abort', abort));
    child.once('message', () => clearTimeout(timer));
    child.once('close', () => clearTimeout(timer));
  });
}

/** The last output on standard error, for the error message or log line if the process dies. */
function keepLastWords(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4_000);
  });
  return () => words.trim();
}

/** SIGKILL: the process has no state to save, and the inference library may crash if it is stopped during an answer. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
