import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { holdLock } from './hold-lock.js';

it('a locked database blocks neither the event loop nor a task', async () => {
  const { adapter, gates } = playAdapter();
  const { logger, lines } = recordingLogger();
  await using runtime = await startTestRuntime({ adapter, logger });
  const client = await connect(runtime.url);
  const running = await begin(client, play({ say: 'one' }, { gate: 'go' }, { stream: 200, everyMs: 1 }));
  await until('it has spoken', async () => answerOf(await getTask(client, running.id)) === 'one');
  const slowest = new Slowest(`${runtime.url}/healthz`);
  await using lock = await holdLock(join(runtime.info.stateDir, 'tasks.db'));
  gates.open('go');
  const sent = Array.from({ length: 5 }, (_, index) => send(client, `during ${index}`));
  await until('the lock is told', () => lines.some(({ message }) => message.includes('storage trouble')));
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(503);
  await until('it was asked for long', () => slowest.asked > 100, 20_000);
  await lock.release();
  expect((await Promise.all(sent)).map(stateOf)).toEqual(Array(5).fill('completed'));
  await until('the turn has ended', async () => stateOf(await getTask(client, running.id)) === 'completed');
  await slowest.stop();
  expect(slowest.ms).toBeLessThan(1_000);
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(200);
});

/** Asks again and again, and keeps the longest time that an answer took. */
class Slowest {
  ms = 0;
  asked = 0;
  #going = true;
  readonly #loop: Promise<void>;

  constructor(url: string) {
    this.#loop = this.#ask(url);
  }

  async #ask(url: string): Promise<void> {
    while (this.#going) {
      const begun = performance.now();
      await (await fetch(url)).text();
      this.ms = Math.max(this.ms, performance.now() - begun);
      this.asked++;
    }
  }

  stop(): Promise<void> {
    this.#going = false;
    return this.#loop;
  }
}
