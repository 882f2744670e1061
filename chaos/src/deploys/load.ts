import type { EngineRuns } from './engine-runs.ts';
import { type Followed, PatientClient } from './patient-client.ts';

/** What a client does: most stream, some block, some send several messages to one conversation, ask, or cancel. */
export type Kind = 'stream' | 'long stream' | 'block' | 'conversation' | 'question' | 'cancel';

/** In this order, again and again: of 20 clients. A conversation has three messages. */
const MIX: readonly Kind[] = [
  ...Array.from({ length: 9 }, () => 'stream' as const),
  ...Array.from({ length: 3 }, () => 'block' as const),
  ...Array.from({ length: 2 }, () => 'conversation' as const),
  ...Array.from({ length: 2 }, () => 'question' as const),
  ...Array.from({ length: 2 }, () => 'cancel' as const),
  'long stream',
];

const EVERY_MS = 250;

/** What one message of a client came to. */
export interface Result {
  readonly kind: Kind;
  readonly messageId: string;
  readonly seen: Followed;
  /** When the client had the end, in milliseconds since 1970. */
  readonly endedAt: number;
  /** What is wrong with it; undefined if nothing is. */
  readonly fault: string | undefined;
}

/**
 * The longest time that a client waited for one event, in milliseconds, without the time in which an engine worked on an earlier turn of
 * its conversation; for a blocking message also without that of its own turn, whose answer is its only event.
 */
export function waitOf({ kind, messageId, seen }: Result, runs: EngineRuns): number {
  const { contextId, longestWaitMs, waitedFrom } = seen;
  const own = kind === 'block' ? undefined : messageId;
  return Math.max(0, longestWaitMs - runs.within(contextId, waitedFrom, waitedFrom + longestWaitMs, own));
}

/** Clients that begin at a steady rate, whatever became of those before. */
export class Load {
  readonly results: Result[] = [];
  readonly #client: PatientClient;
  readonly #running = new Set<Promise<void>>();
  readonly #everyMs: number;
  #begun = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param rate messages a second */
  constructor(url: string, rate: number) {
    this.#client = new PatientClient(url);
    // A client sends 1.3 messages on average.
    const messages = MIX.reduce((sum, kind) => sum + (kind === 'conversation' ? 3 : kind === 'question' ? 2 : 1), 0);
    this.#everyMs = (1_000 / rate) * (messages / MIX.length);
  }

  begin(): void {
    this.#timer = setInterval(() => {
      const kind = MIX[this.#begun++ % MIX.length] as Kind;
      const running = this.#play(kind).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, this.#everyMs);
  }

  /** Waits for the clients that have begun. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
  }

  async #play(kind: Kind): Promise<void> {
    switch (kind) {
      case 'stream':
        return this.#note(kind, 6, (text, messageId) => this.#client.stream({ text, messageId }));
      case 'long stream':
        return this.#note(kind, 40, (text, messageId) => this.#client.stream({ text, messageId }));
      case 'block':
        return this.#note(kind, 6, (text, messageId) => this.#client.block({ text, messageId }));
      case 'conversation':
        return this.#conversation();
      case 'question':
        return this.#question();
      case 'cancel':
        return this.#cancel();
    }
  }

  /** Three messages at once: the later ones wait for the ones before. */
  async #conversation(): Promise<void> {
    const contextId = crypto.randomUUID();
    const turn = () =>
      this.#note('conversation', 2, (text, messageId) => this.#client.stream({ text, messageId, contextId }));
    await Promise.all([turn(), turn(), turn()]);
  }

  async #question(): Promise<void> {
    const messageId = crypto.randomUUID();
    const asked = await this.#client.stream({ text: JSON.stringify({ ask: true }), messageId });
    this.#keep('question', messageId, asked, asked.state.endsWith('INPUT_REQUIRED') ? undefined : asked.state);
    const { taskId, contextId } = asked;
    const answer = { text: 'go on', messageId: crypto.randomUUID(), taskId, contextId };
    const seen = await this.#client.stream(answer);
    this.#keep('question', answer.messageId, seen, faultOf(seen, 10));
  }

  async #cancel(): Promise<void> {
    const messageId = crypto.randomUUID();
    let canceled: Promise<void> | undefined;
    const seen = await this.#client.stream({ text: plan(40), messageId }, ({ taskId, texts }) => {
      if (texts.size > 0) canceled ??= this.#client.cancel(taskId);
    });
    await canceled;
    this.#keep('cancel', messageId, seen, seen.state.endsWith('CANCELED') ? undefined : seen.state);
  }

  async #note(kind: Kind, words: number, send: (text: string, messageId: string) => Promise<Followed>): Promise<void> {
    const messageId = crypto.randomUUID();
    const seen = await send(plan(words), messageId);
    this.#keep(kind, messageId, seen, faultOf(seen, words));
  }

  #keep(kind: Kind, messageId: string, seen: Followed, fault: string | undefined): void {
    this.results.push({ kind, messageId, seen, endedAt: Date.now(), fault });
  }
}

function plan(words: number): string {
  return JSON.stringify({ chunks: words, everyMs: EVERY_MS });
}

function faultOf(seen: Followed, words: number): string | undefined {
  if (!seen.state.endsWith('COMPLETED')) return `ended as ${seen.state}`;
  const answer = Array.from({ length: words }, (_, word) => `${word} `).join('');
  const found = [...seen.texts.values()].join('');
  return found === answer ? undefined : `answered "${found}" instead of "${answer}"`;
}
