import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { OneByOne } from '../../../support/one-by-one.js';
import { type FilledForm, type FormReport, type FormThreadData, formThread } from './form-thread.js';

/** Of all forms of a message. A check takes some 0.2 s, almost all of it the start of its thread. */
const DEADLINE_MS = 10_000;
/** Of the thread's heap. ajv needs some 10 MB. */
const MEMORY_MB = 64;

/** One thread at a time for each owner. */
const threads = new OneByOne();

/**
 * Checks forms in a thread of its own: the schema comes from the engine, and a model may have written it. An expression that backtracks, or
 * a schema that refers to itself many times, then holds up only the next form of its owner, and ends with the thread.
 *
 * @returns a report for each form, in order; or why there is none: the schema takes too much time or memory
 */
export function checkInThread(owner: string, forms: readonly FilledForm[]): Promise<readonly FormReport[] | string> {
  return threads.run(owner, () => reportsOf(forms));
}

async function reportsOf(forms: readonly FilledForm[]): Promise<readonly FormReport[] | string> {
  const require = createRequire(import.meta.url);
  const compilers = { current: require.resolve('ajv/dist/2020'), draft07: require.resolve('ajv') };
  const thread = new Worker(`(${formThread})(require('node:worker_threads'), require)`, {
    eval: true,
    workerData: { forms, compilers } satisfies FormThreadData,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  thread.unref();
  const { promise, resolve } = Promise.withResolvers<readonly FormReport[] | string>();
  const timer = setTimeout(() => resolve(`it takes longer than ${DEADLINE_MS / 1_000} s`), DEADLINE_MS);
  thread.once('message', resolve);
  thread.once('error', ({ message }) => resolve(message));
  thread.once('exit', () => resolve('its thread has ended'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
