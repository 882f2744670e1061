import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Adapter,
  type AgentEngine,
  defineAdapter,
  EngineError,
  type EngineErrorCode,
  type InputChoice,
  type JsonValue,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';

/** One step of a play. A message whose text is a JSON list of them is played; any other is echoed. */
export type Step =
  | { readonly say: string }
  | { readonly think: string }
  | { readonly wait: number }
  | { readonly stream: number; readonly everyMs?: number }
  | { readonly event: TurnEvent }
  | { readonly checkpoint: JsonValue }
  | { readonly ask: string; readonly choices?: readonly InputChoice[] }
  | {
      readonly fail: EngineErrorCode;
      readonly message?: string;
      readonly onAttempts?: readonly number[];
      readonly retryAfterMs?: number;
    }
  | { readonly crash: string; readonly onAttempts?: readonly number[] }
  | { readonly ignoreAbort: true }
  | { readonly finish: string };

/** What the engine was asked for, and whether it is still at it: the ledger against which tests check the runner. */
export interface PlayedTurn {
  readonly turn: Turn;
  running: boolean;
  aborted: boolean;
}

export interface PlayAdapter {
  readonly adapter: Adapter;
  readonly turns: PlayedTurn[];
}

/** An adapter that plays what the message tells it to, and writes down what it was asked. */
export function playAdapter(options: { readonly name?: string; readonly repeatableTurns?: boolean } = {}): PlayAdapter {
  const turns: PlayedTurn[] = [];
  const engine: AgentEngine = {
    runTurn: (turn, controls) => record(turns, turn, controls),
  };
  const adapter = defineAdapter({
    name: options.name ?? 'play',
    displayName: 'Play',
    description: 'Plays what it is told.',
    repeatableTurns: options.repeatableTurns ?? false,
    createEngine: () => engine,
  });
  return { adapter: adapter as Adapter, turns };
}

async function* record(turns: PlayedTurn[], turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
  const played: PlayedTurn = { turn, running: true, aborted: false };
  turns.push(played);
  controls.signal.addEventListener('abort', () => {
    played.aborted = true;
  });
  try {
    yield* play(turn, controls);
  } finally {
    played.running = false;
  }
}

async function* play(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
  if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This engine remembers nothing.');
  if (turn.kind === 'answer') {
    yield { type: 'text-delta', text: `answered: ${turn.choice ?? turn.text}` };
    yield { type: 'finish' };
    return;
  }
  const steps = parse(turn.text);
  let finished = false;
  for (const step of steps) {
    for await (const event of perform(step, turn, controls)) {
      yield event;
      finished = event.type === 'finish' || event.type === 'input-required';
      if (finished) return;
    }
  }
  yield { type: 'finish' };
}

async function* perform(step: Step, turn: Turn, { signal, checkpoint }: TurnControls): AsyncGenerator<TurnEvent> {
  if ('say' in step) yield { type: 'text-delta', text: step.say };
  else if ('think' in step) yield { type: 'reasoning-delta', text: step.think };
  else if ('wait' in step) await sleep(step.wait, undefined, { signal });
  else if ('stream' in step) yield* count(step.stream, step.everyMs ?? 0, signal);
  else if ('event' in step) yield step.event;
  else if ('checkpoint' in step) checkpoint(step.checkpoint);
  else if ('ignoreAbort' in step) await sleep(60_000, undefined, { ref: false });
  else if ('finish' in step) yield { type: 'finish', text: step.finish };
  else if ('ask' in step) {
    const choices = step.choices ?? [];
    yield { type: 'input-required', requestId: 'question-1', request: 'question', prompt: step.ask, choices };
  } else if (!step.onAttempts || step.onAttempts.includes(turn.attempt)) {
    if ('fail' in step) {
      const options = step.retryAfterMs === undefined ? {} : { retryAfterMs: step.retryAfterMs };
      throw new EngineError(step.fail, step.message ?? `failed: ${step.fail}`, options);
    }
    throw new Error(step.crash);
  }
}

async function* count(chunks: number, everyMs: number, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (everyMs > 0) await sleep(everyMs, undefined, { signal });
    yield { type: 'text-delta', text: `c${chunk} ` };
  }
}

function parse(text: string): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text);
    if (Array.isArray(steps)) return steps as Step[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return [{ say: `echo: ${text}` }];
}
