import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The stored state of a conversation of the echo engine. */
export interface Conversation {
  turns: { messageId: string; text: string; answer: string }[];
  pending?: { requestId: string };
}

/** One file per conversation, so that a new engine can continue it. */
export class EchoStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  read(contextId: string): Conversation {
    try {
      return JSON.parse(readFileSync(this.#path(contextId), 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { turns: [] };
      throw error;
    }
  }

  write(contextId: string, conversation: Conversation): void {
    writeFileSync(this.#path(contextId), JSON.stringify(conversation));
  }

  delete(contextId: string): void {
    rmSync(this.#path(contextId), { force: true });
  }

  clear(): void {
    rmSync(this.#directory, { recursive: true });
    mkdirSync(this.#directory);
  }

  #path(contextId: string): string {
    return join(this.#directory, `${contextId}.json`);
  }
}
