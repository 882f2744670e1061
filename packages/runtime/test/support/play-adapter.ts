import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Adapter,
  type AgentEngine,
  defineAdapter,
  EngineError,
  type EngineErrorCode,
  endsTurn,
  type InputChoice,
  type JsonValue,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';
import { Gates } from './gates.js';

/** One step of a played turn. A message with a JSON list of steps is played; any other is echoed. */
export type Step =
  | { readonly say: string }
  | { readonly think: string }
  | { readonly wait: number }
  /** Waits until the test opens the gate; an abort ends the wait. */
  | { readonly gate: string; readonly onAttempts?: readonly number[] }
  /** Waits until the test opens the gate, even after an abort. */
  | { readonly deafGate: string }
  | { readonly stream: number; readonly everyMs?: number }
  | { readonly event: TurnEvent }
  | { readonly checkpoint: JsonValue }
  /** Starts a child process and yields its id; the child is killed at the turn's end. */
  | { readonly spawn: true }
  | { readonly ask: string; readonly choices?: readonly InputChoice[] }
  | {
      readonly fail: EngineErrorCode;
      readonly message?: string;
      readonly onAttempts?: readonly number[];
      readonly retryAfterMs?: number;
    }
  | { readonly crash: string; readonly onAttempts?: readonly number[] }
  | { readonly finish: string };

/** A turn of the engine and its state, with which tests check the runner. */
export interface PlayedTurn {
  readonly turn: Turn;
  /** The runtime's tools for this turn. */
  readonly mcp: TurnControls['mcp'];
  running: boolean;
  aborted: boolean;
  /** The reason of the abort, if the turn was aborted. */
  reason?: unknown;
}

export interface PlayAdapter {
  readonly adapter: Adapter;
  /** The engine that the adapter creates. */
  readonly engine: AgentEngine;
  readonly turns: PlayedTurn[];
  readonly gates: Gates;
}

export interface PlayAdapterOptions {
  readonly name?: string;
  readonly repeatableTurns?: boolean;
}

/** An adapter that plays the steps of a message and records its turns. */
export function playAdapter(options: PlayAdapterOptions = {}): PlayAdapter {
  const turns: PlayedTurn[] = [];
  const gates = new Gates();
  const engine: AgentEngine = {
    runTurn: (turn, controls) => record(turns, gates, turn, controls),
  };
  const adapter = defineAdapter({
    name: options.name ?? 'play',
    displayName: 'Play',
    description: 'Plays the steps of a message.',
    repeatableTurns: options.repeatableTurns ?? false,
    createEngine: () => engine,
  });
  return { adapter: adapter as Adapter, engine, turns, gates };
}

/** The text of a message with these steps. */
export function play(...steps: readonly Step[]): string {
  return JSON.stringify(steps);
}

/** The text of the turn without the lineage line of a task that came through the platform. */
export function withoutLineage(text: string): string {
  return text.replace(/\n\n\[molecule\.delegation[^\n]*$/, '');
}

async function* record(
  turns: PlayedTurn[],
  gates: Gates,
  turn: Turn,
  controls: TurnControls,
): AsyncGenerator<TurnEvent> {
  const played: PlayedTurn = { turn, mcp: controls.mcp, running: true, aborted: false };
  turns.push(played);
  controls.signal.addEventListener('abort', () => {
    played.aborted = true;
    played.reason = controls.signal.reason;
  });
  try {
    yield* run(turn, gates, controls);
  } finally {
    played.running = false;
  }
}

async function* run(turn: Turn, gates: Gates, controls: TurnControls): AsyncGenerator<TurnEvent> {
  if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This engine remembers nothing.');
  if (turn.kind === 'answer') {
    const { answers = [turn] } = turn;
    const said = answers.map(({ choice, data, text }) => choice ?? (data === undefined ? text : JSON.stringify(data)));
    yield { type: 'text-delta', text: `answered: ${said.join(', ')}` };
    yield { type: 'finish' };
    return;
  }
  for (const step of parse(turn.text)) {
    for await (const event of perform(step, turn, gates, controls)) {
      yield event;
      if (endsTurn(event)) return;
    }
  }
  yield { type: 'finish' };
}

async function* perform(step: Step, turn: Turn, gates: Gates, controls: TurnControls): AsyncGenerator<TurnEvent> {
  const { signal, checkpoint } = controls;
  if ('say' in step) yield { type: 'text-delta', text: step.say };
  else if ('think' in step) yield { type: 'reasoning-delta', text: step.think };
  else if ('wait' in step) await sleep(step.wait, undefined, { signal });
  else if ('gate' in step) {
    if (step.onAttempts?.includes(turn.attempt) ?? true) await gates.passed(step.gate, signal);
  } else if ('deafGate' in step) await gates.passed(step.deafGate);
  else if ('stream' in step) yield* count(step.stream, step.everyMs ?? 0, signal);
  else if ('event' in step) yield step.event;
  else if ('checkpoint' in step) checkpoint(step.checkpoint);
  else if ('spawn' in step) yield* keepChild(signal);
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

/** Yields the id of a sleeping child and waits for it; the child is killed at the turn's end. */
async function* keepChild(signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    yield { type: 'text-delta', text: `${child.pid}` };
    await exited;
  } finally {
    kill();
    await exited;
  }
}

function parse(text: string): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(withoutLineage(text));
    if (Array.isArray(steps)) return steps as Step[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return [{ say: `echo: ${text}` }];
}
