import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When the process of a turn is killed: before the effect of a step, after it but before its result is known, and after the step. */
export type Moment = 'before' | 'middle' | 'after';

/** Kills a replica. */
type Kill = (replica: string) => Promise<void>;

/** The world outside: a server that counts effects, honours idempotency keys, and kills whoever calls it at the chosen moments. */
export class Outside implements AsyncDisposable {
  readonly #server = createServer((request, response) => {
    const kill = this.#heard(request);
    const answer = () => response.end(`v${this.#number(request)}`);
    if (kill !== undefined) void kill.then(() => response.destroy());
    else void this.#begun.promise.then(answer);
  });
  #begun = Promise.withResolvers<void>();
  /** The calls of each key, by task and number. */
  readonly #effects = new Map<string, Set<string>>();
  readonly #armed = new Map<string, Kill>();
  kills = 0;

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Kills once, when the step comes to the moment. */
  arm(name: string, number: number, moment: Moment, kill: Kill): void {
    this.#armed.set(`${moment}/${name}/${number}`, kill);
  }

  /** Lets no task begin until `known` has resolved. */
  async hold<Known>(known: () => Promise<Known>): Promise<Known> {
    this.#begun = Promise.withResolvers();
    try {
      return await known();
    } finally {
      this.#begun.resolve();
    }
  }

  /** How many effects a task has had outside, of which one with a key is one. */
  effects(name: string): number {
    return [...this.#effects].filter(([of]) => of.startsWith(`${name}/`)).reduce((sum, [, keys]) => sum + keys.size, 0);
  }

  #heard({ url = '', headers }: IncomingMessage): Promise<void> | undefined {
    const [, kind, name = '', number = ''] = url.split('/');
    const of = `${name}/${number}`;
    const replica = String(headers['replica']);
    if (kind === 'begin') return undefined;
    if (kind === 'after') return this.#kill(`after/${of}`, replica);
    const before = this.#kill(`before/${of}`, replica);
    if (before !== undefined) return before;
    const keys = this.#effects.get(of) ?? new Set();
    this.#effects.set(of, keys.add(String(headers['idempotency-key'])));
    return this.#kill(`middle/${of}`, replica);
  }

  #kill(name: string, replica: string): Promise<void> | undefined {
    const kill = this.#armed.get(name);
    if (!this.#armed.delete(name)) return undefined;
    this.kills++;
    return kill?.(replica);
  }

  #number({ url = '' }: IncomingMessage): string {
    return url.split('/').at(-1) ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
