import { setTimeout as sleep } from 'node:timers/promises';
import { type Adapter, defineAdapter, type Turn, type TurnControls, type TurnEvent } from '@molecule/adapters';

/** Longer than the 25 ms within which the runtime merges deltas, because the kit expects two chunks. */
const BETWEEN_CHUNKS_MS = 100;
/** The kit subscribes to a task that runs for twice its streaming timeout, which is 2 s unless set. */
const LONG_TURN_MS = 4_000;

const FILE = { kind: 'file', name: 'output.txt', mediaType: 'text/plain' } as const;
const BYTES = Buffer.from('tck').toString('base64');

type Scenario = (turn: Turn, controls: TurnControls) => AsyncIterable<TurnEvent>;

/**
 * What the public compatibility kit wants of the agent behind the server, steered by the prefix of the message's id (the
 * kit's `scenarios/*.feature`). The first prefix that fits is taken, so the longer ones come first.
 */
const SCENARIOS: readonly (readonly [prefix: string, scenario: Scenario])[] = [
  ['tck-complete-task', () => say('Hello from TCK')],
  ['tck-artifact-text', () => say('Generated text content')],
  ['tck-artifact-file-url', () => makeFile({ url: 'https://example.com/output.txt' })],
  ['tck-artifact-file', () => makeFile({ data: BYTES })],
  ['tck-artifact-data', makeData],
  ['tck-message-response', replyWithMessage],
  ['tck-input-required', () => ask('What shall I do?')],
  ['tck-reject-task', refuse],
  ['tck-stream-001', () => say('Stream hello from TCK')],
  ['tck-stream-002', () => say()],
  ['tck-stream-003', () => say('Stream task lifecycle')],
  ['tck-stream-ordering-001', () => say('Ordered output')],
  ['tck-stream-artifact-text', () => say('Streamed text content')],
  ['tck-stream-artifact-file', () => makeFile({ data: BYTES })],
  ['tck-stream-artifact-chunked', () => say('chunk-1 ', 'chunk-2')],
  ['auth-test-msg-', askForAuthorization],
  ['test-resubscribe-message-id', (_turn, { signal }) => takeLong(signal)],
];

/** An agent for the public compatibility kit, as an ordinary adapter. */
export const kitAdapter: Adapter = defineAdapter({
  name: 'conformance',
  displayName: 'Conformance',
  description: 'Does what the compatibility kit asks for.',
  createEngine: () => ({ runTurn }),
}) as Adapter;

function runTurn(turn: Turn, controls: TurnControls): AsyncIterable<TurnEvent> {
  const scenario = SCENARIOS.find(([prefix]) => turn.messageId.startsWith(prefix));
  return scenario ? scenario[1](turn, controls) : echoAndAsk(turn);
}

async function* say(...chunks: readonly string[]): AsyncGenerator<TurnEvent> {
  for (const [index, text] of chunks.entries()) {
    if (index > 0) await sleep(BETWEEN_CHUNKS_MS);
    yield { type: 'text-delta', text };
  }
  yield { type: 'finish' };
}

async function* makeFile(content: { readonly data: string } | { readonly url: string }): AsyncGenerator<TurnEvent> {
  yield { type: 'file', file: { ...FILE, ...content } };
  yield { type: 'finish' };
}

async function* ask(prompt: string): AsyncGenerator<TurnEvent> {
  yield { type: 'input-required', requestId: 'next', request: 'question', prompt };
}

async function* askForAuthorization(): AsyncGenerator<TurnEvent> {
  yield { type: 'auth-required', requestId: 'access', prompt: 'Please grant access.' };
}

async function* makeData(): AsyncGenerator<TurnEvent> {
  yield { type: 'data', data: { key: 'value', count: 42 } };
  yield { type: 'finish' };
}

async function* replyWithMessage(): AsyncGenerator<TurnEvent> {
  yield { type: 'text-delta', text: 'Direct message response' };
  yield { type: 'finish', reply: 'message' };
}

async function* refuse(): AsyncGenerator<TurnEvent> {
  yield { type: 'reject', reason: 'rejected' };
}

async function* takeLong(signal: AbortSignal): AsyncGenerator<TurnEvent> {
  yield { type: 'text-delta', text: 'working' };
  await sleep(LONG_TURN_MS, undefined, { signal });
  yield { type: 'finish' };
}

/** For the 0.3 suite, which has no scenarios: an answer of a task that can still be canceled and continued. */
async function* echoAndAsk(turn: Turn): AsyncGenerator<TurnEvent> {
  const text = turn.kind === 'continue' ? turn.original.text : turn.text;
  yield { type: 'text-delta', text: `echo: ${text}` };
  yield* ask('Anything else?');
}
