import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/** The open end of a process's input: messages go in as they come, until it is closed. */
export class Inbox implements AsyncIterable<SDKUserMessage> {
  readonly #messages: SDKUserMessage[] = [];
  #closed = false;
  #wake: () => void = () => {};

  push(message: SDKUserMessage): void {
    this.#messages.push(message);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) yield message;
      else if (this.#closed) return;
      else await this.#nextChange();
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
