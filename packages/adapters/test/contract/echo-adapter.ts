import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  type Adapter,
  type AdapterContext,
  type AgentEngine,
  type AnswerTurn,
  defineAdapter,
  EngineError,
  type TranscriptPage,
  type TranscriptRange,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '../../src/index.js';
import { type ContractFixtures, testContext } from '../../src/testing/index.js';
import { EchoStore } from './echo-store.js';

const configSchema = z.object({ loud: z.boolean().default(false) });
type EchoConfig = z.output<typeof configSchema>;

/** What tests can observe of the engines of one adapter. */
export interface Traces {
  /** Running turns; an aborted turn must be removed. */
  readonly running: Set<string>;
  /** Engines that are not disposed. */
  readonly engines: Set<EchoEngine>;
}

/** An engine with the commands `say x`, `write`, `tool`, `give`, `fail`, `ask`, `ask-both`, `sign`, `refuse`, `slow`, `recall`. It breaks no rule. */
export class EchoEngine implements AgentEngine {
  protected readonly store: EchoStore;

  protected readonly traces: Traces;

  constructor(context: AdapterContext<EchoConfig>, traces: Traces) {
    this.store = new EchoStore(context.workspace.stateDir);
    this.traces = traces;
    traces.engines.add(this);
  }

  async *runTurn(turn: Turn, { signal }: TurnControls): AsyncGenerator<TurnEvent> {
    if (signal.aborted) throw new EngineError('canceled', 'The turn was canceled.');
    this.traces.running.add(turn.messageId);
    try {
      yield { type: 'started', reference: turn.contextId };
      if (turn.kind === 'message' && turn.text === 'write') await this.write(turn.workDir);
      if (turn.kind === 'continue') yield* this.resume(turn.contextId, turn.messageId);
      else if (turn.kind === 'answer')
        yield* this.takeAnswer(turn.contextId, turn.messageId, turn.requestId, textsOf(turn));
      else yield* this.answer(turn.contextId, turn.messageId, turn.text, signal);
    } finally {
      this.traces.running.delete(turn.messageId);
    }
  }

  async check() {
    return { ok: true, detail: 'an echo is always well' };
  }

  async forget(contextId: string): Promise<void> {
    this.store.delete(contextId);
  }

  async transcript({ contextId, since, limit }: TranscriptRange): Promise<TranscriptPage> {
    const all = this.store.read(contextId).turns.flatMap(({ text, answer }) => [
      { role: 'user', text },
      { role: 'assistant', text: answer },
    ]);
    const entries = all.slice(since, since + limit);
    const next = since + entries.length;
    return { entries, next, more: next < all.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.traces.engines.delete(this);
  }

  protected async write(workDir: string): Promise<void> {
    await writeFile(join(workDir, 'made.txt'), 'by the echo');
  }

  protected async *answer(contextId: string, messageId: string, text: string, signal: AbortSignal) {
    const [command, ...rest] = text.split(' ');
    if (command === 'fail') throw new EngineError('auth', 'The key was refused.');
    if (command === 'refuse') {
      yield { type: 'reject', reason: 'That is none of my skills.' } as const;
      return;
    }
    if (command === 'sign') {
      this.store.write(contextId, { ...this.store.read(contextId), pending: { requestId: messageId } });
      const where = { url: 'https://example.com/sign-in', service: 'mail', scopes: ['read'] };
      yield { type: 'auth-required', requestId: messageId, prompt: 'Sign in, please.', ...where } as const;
      return;
    }
    if (command === 'slow') yield* this.#work(signal);
    if (command === 'tool') yield* this.#useTool();
    if (command === 'give') yield* this.give();
    if (command === 'ask') {
      this.store.write(contextId, { ...this.store.read(contextId), pending: { requestId: messageId } });
      const choices = [{ id: 'y', label: 'Yes' }];
      yield { type: 'input-required', requestId: messageId, request: 'approval', prompt: 'May I?', choices } as const;
      return;
    }
    if (command === 'ask-both') {
      this.store.write(contextId, { ...this.store.read(contextId), pending: { requestId: messageId } });
      const schema = { type: 'object', properties: { size: { type: 'number' } } };
      const also = [{ requestId: `${messageId}-2`, request: 'question', prompt: 'How large?', schema }] as const;
      yield { type: 'input-required', requestId: messageId, request: 'question', prompt: 'Which?', also } as const;
      return;
    }
    const earlier = this.store.read(contextId).turns.map((turn) => turn.text);
    yield* this.finish(contextId, messageId, text, command === 'recall' ? earlier.join(', ') : rest.join(' '));
  }

  protected async *takeAnswer(contextId: string, messageId: string, requestId: string, text: string) {
    const { pending, ...conversation } = this.store.read(contextId);
    if (pending?.requestId !== requestId) throw new EngineError('lost', 'Nothing was asked.');
    this.store.write(contextId, conversation);
    yield* this.finish(contextId, messageId, text, `you said ${text}`);
  }

  protected async *resume(contextId: string, messageId: string): AsyncGenerator<TurnEvent> {
    const done = this.store.read(contextId).turns.find((turn) => turn.messageId === messageId);
    if (done === undefined) throw new EngineError('nothing-to-continue', 'This turn is not known.');
    yield { type: 'finish', text: done.answer };
  }

  protected async *finish(contextId: string, messageId: string, text: string, answer: string) {
    const conversation = this.store.read(contextId);
    conversation.turns.push({ messageId, text, answer });
    this.store.write(contextId, conversation);
    for (const piece of answer.match(/\S+\s*/g) ?? []) yield { type: 'text-delta', text: piece } as const;
    yield { type: 'usage', inputTokens: text.length, outputTokens: answer.length, costUsd: 0.001 } as const;
    yield { type: 'finish', text: answer, message: [{ kind: 'text', text: 'That is all.' }] } as const;
  }

  protected async *give(): AsyncGenerator<TurnEvent> {
    yield { type: 'status', text: 'Counting' };
    yield { type: 'data', data: { count: 2 }, schema: { type: 'object' }, mediaType: 'application/vnd.count+json' };
    yield { type: 'artifact', id: 'report', name: 'Report', parts: [{ kind: 'text', text: 'one ' }] };
    yield { type: 'artifact', id: 'report', parts: [{ kind: 'text', text: 'two' }], append: true, last: true };
  }

  async *#work(signal: AbortSignal) {
    for (let step = 0; step < 40; step += 1) {
      await delay(200, undefined, { signal }).catch(() => {
        throw new EngineError('canceled', 'The turn was canceled.');
      });
      yield { type: 'reasoning-delta', text: 'hm ' } as const;
    }
  }

  async *#useTool() {
    yield { type: 'tool-call', id: 'call-1', name: 'look', input: { at: 'x' } } as const;
    yield { type: 'tool-progress', id: 'call-1', message: 'looking' } as const;
    yield { type: 'tool-result', id: 'call-1', ok: true, output: ['a', 1] } as const;
  }
}

/** What all answers say. */
function textsOf({ text, answers = [] }: AnswerTurn): string {
  return answers.length > 1 ? answers.map((answer) => answer.text).join(' and ') : text;
}

/** An adapter, and its fixtures for the suite. */
export interface Subject {
  readonly adapter: Adapter<EchoConfig>;
  readonly fixtures: ContractFixtures<EchoConfig>;
}

/** The adapter of {@link EchoEngine}, or of an engine derived from it. */
export function echoSubject(Engine: typeof EchoEngine = EchoEngine): Subject {
  const traces: Traces = { running: new Set(), engines: new Set() };
  const adapter = defineAdapter<EchoConfig>({
    name: 'echo',
    displayName: 'Echo',
    description: 'Says what it is told.',
    configSchema,
    credentials: () => ({ anyOf: ['ECHO_API_KEY'], demoModel: true }),
    createEngine: (context) => new Engine(context, traces),
  });
  return { adapter, fixtures: { ...FIXTURES, ...looks(traces) } };
}

function looks({ running, engines }: Traces) {
  return {
    slow: { text: 'slow work', leftovers: async () => [...running] },
    leftovers: async () => [...engines].map(String),
  };
}

const FIXTURES: ContractFixtures<EchoConfig> = {
  context: () => testContext({ config: { loud: false } }),
  message: 'say hello there',
  expect: 'hello there',
  marked: (mark) => `say ${mark}`,
  failing: { text: 'fail', code: 'auth' },
  inputRequired: { text: 'ask', answer: 'yes', expect: /^you said yes$/ },
  severalRequests: { text: 'ask-both', answers: ['red', 'large'], expect: /^you said red and large$/ },
  rejected: { text: 'refuse', expect: 'none of my skills' },
  authRequired: { text: 'sign', answer: 'done', expect: /^you said done$/ },
  remembers: { first: 'say my cat is Tom', second: 'recall', expect: 'Tom' },
  writes: { text: 'write', file: 'made.txt' },
  tools: 'tool please',
  data: 'give',
  artifact: 'give',
  status: 'give',
  closing: { text: 'say hi', expect: 'That is all.' },
  badConfig: { loud: 'very' },
  timeoutMs: 10_000,
};
