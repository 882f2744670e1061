import { status } from '@grpc/grpc-js';
import { RETRY_AFTER_SECONDS } from '../../a2a/own-status.js';
import { LAST_EVENT_ID, type Refusal } from '../errors/refusal.js';
import type { OpenCall } from './open-call.js';

const STOPPING: Refusal = {
  code: status.UNAVAILABLE,
  message: `The server is stopping. The task goes on: subscribe to it with the metadata "${LAST_EVENT_ID}", or send the same message again.`,
  reason: 'SERVER_STOPPING',
  info: { code: 'SERVER_STOPPING' },
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};

/** The calls that are being answered. Their number is bounded like that of connections over HTTP, where each carries one. */
export class OpenCalls {
  readonly #most: number;
  readonly #open = new Set<OpenCall>();
  #onNone = () => {};

  /** @param most how many calls may be open */
  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#open.size >= this.#most;
  }

  add(call: OpenCall): void {
    this.#open.add(call);
  }

  remove(call: OpenCall): void {
    this.#open.delete(call);
    if (this.#open.size === 0) this.#onNone();
  }

  /** Waits for the end of the calls; after `ms`, ends each with a status that says how to go on. */
  async end(ms: number): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, ms);
      this.#onNone = () => {
        clearTimeout(late);
        resolve();
      };
    });
    for (const call of this.#open) call.interrupt(STOPPING);
  }
}
