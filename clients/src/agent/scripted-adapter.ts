import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Adapter,
  defineAdapter,
  EngineError,
  type MessageTurn,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { CHUNKS, FAILURE, QUESTION, SLOW_CHUNKS } from './script.ts';

/** Longer than the 25 ms within which the runtime merges deltas, so that each chunk is an event of its own. */
const BETWEEN_CHUNKS_MS = 60;
/** So that the end of the turn comes long after the last chunk: then no event carries both. */
const BEFORE_FINISH_MS = 200;

/** The engine that the clients meet: the text of a message names what it plays. */
export const scriptedAdapter: Adapter = defineAdapter({
  name: 'scripted',
  displayName: 'Scripted',
  description: 'Plays what a message names.',
  repeatableTurns: true,
  createEngine: () => ({ runTurn }),
}) as Adapter;

async function* runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
  if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This engine remembers nothing.');
  if (turn.kind === 'answer') {
    yield { type: 'text-delta', text: `You said ${turn.text}.` };
    yield { type: 'finish' };
    return;
  }
  yield* play(turn, controls.signal);
}

async function* play(turn: MessageTurn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  switch (turn.text) {
    case 'many':
      yield* chunks(CHUNKS, signal);
      break;
    case 'slow':
      yield* chunks(SLOW_CHUNKS, signal);
      break;
    case 'late':
      await sleep(BEFORE_FINISH_MS, undefined, { signal });
      yield { type: 'text-delta', text: 'late answer' };
      break;
    case 'ask':
      yield { type: 'input-required', requestId: 'colour', request: 'question', prompt: QUESTION };
      return;
    case 'fail':
      throw new EngineError('invalid-request', FAILURE);
    case 'long':
      yield { type: 'text-delta', text: 'begun' };
      await sleep(120_000, undefined, { signal });
      break;
    case 'context':
      yield { type: 'text-delta', text: turn.contextId };
      break;
    case 'file':
      yield* giveBack(turn);
      break;
    default:
      yield { type: 'text-delta', text: `echo: ${turn.text}` };
  }
  yield { type: 'finish' };
}

async function* chunks(texts: readonly string[], signal: AbortSignal): AsyncGenerator<TurnEvent> {
  for (const text of texts) {
    yield { type: 'text-delta', text };
    await sleep(BETWEEN_CHUNKS_MS, undefined, { signal });
  }
  await sleep(BEFORE_FINISH_MS, undefined, { signal });
}

/** Says what came, and returns the same file, so that both directions are seen. */
async function* giveBack(turn: MessageTurn): AsyncGenerator<TurnEvent> {
  const file = turn.parts.find((part) => part.kind === 'file');
  const data = file?.data;
  if (file === undefined || data === undefined) {
    yield { type: 'text-delta', text: 'no file' };
    return;
  }
  const sha = createHash('sha256').update(Buffer.from(data, 'base64')).digest('hex');
  yield { type: 'text-delta', text: `${file.name} ${file.mediaType} ${sha}` };
  const { name = 'nameless', mediaType = 'application/octet-stream' } = file;
  yield { type: 'file', file: { kind: 'file', name, mediaType, data } };
}
