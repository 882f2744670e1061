import { randomUUID } from 'node:crypto';
import type {
  AgentEngine,
  AnswerTurn,
  ContinueTurn,
  InputRequiredEvent,
  JsonValue,
  MessageTurn,
  Turn,
  TurnEvent,
} from '@molecule/adapters';
import type { ScriptedModel, ScriptStep } from '@molecule/adapters/testing';
import { testControls } from '@molecule/adapters/testing/kit';

/** The result of a turn. */
export interface Played {
  readonly events: TurnEvent[];
  /** The last state that the engine saved. */
  readonly checkpoint: JsonValue | undefined;
  readonly error?: unknown;
}

/** Options for playing a turn. */
export interface PlayOptions {
  readonly signal?: AbortSignal;
  /** Called for each event, before the next one is requested. */
  onEvent?(event: TurnEvent): void | Promise<void>;
}

/** The text of a message that makes the scripted model play `steps`. */
export function script(...steps: ScriptStep[]): string {
  return `do it [[${steps.map((step) => JSON.stringify(step)).join(', ')}]]`;
}

/** A new message. */
export function message(text: string, contextId: string = randomUUID(), more: Partial<MessageTurn> = {}): MessageTurn {
  const place = { owner: 'anonymous', workDir: '' };
  const identity = { taskId: randomUUID(), contextId, ...place, messageId: randomUUID(), metadata: {}, attempt: 1 };
  return { kind: 'message', ...identity, text, parts: [{ kind: 'text', text }], history: [], ...more };
}

/** The answer to the question of `played`. */
export function answer(original: MessageTurn, played: Played, text: string, choice?: string): AnswerTurn {
  const { taskId, contextId, owner, workDir, metadata } = original;
  return {
    kind: 'answer',
    taskId,
    contextId,
    owner,
    workDir,
    metadata,
    messageId: randomUUID(),
    attempt: 1,
    requestId: question(played).requestId,
    text,
    ...(choice === undefined ? {} : { choice }),
    ...(played.checkpoint === undefined ? {} : { checkpoint: played.checkpoint }),
    parts: [{ kind: 'text', text }],
  };
}

/** The next attempt of an interrupted turn. */
export function next(original: MessageTurn | AnswerTurn, checkpoint?: JsonValue): ContinueTurn {
  const { taskId, contextId, owner, workDir, messageId, metadata } = original;
  const saved = checkpoint === undefined ? {} : { checkpoint };
  return { kind: 'continue', taskId, contextId, owner, workDir, messageId, metadata, attempt: 2, original, ...saved };
}

/** Plays a turn to its end. An error that it throws is part of the result. */
export async function play(engine: AgentEngine, turn: Turn, options: PlayOptions = {}): Promise<Played> {
  const events: TurnEvent[] = [];
  let checkpoint: JsonValue | undefined;
  const controls = testControls({
    ...(options.signal && { signal: options.signal }),
    checkpoint: (state: JsonValue) => {
      checkpoint = state;
    },
  });
  try {
    for await (const event of engine.runTurn(turn, controls)) {
      events.push(event);
      await options.onEvent?.(event);
    }
    return { events, checkpoint };
  } catch (error) {
    return { events, checkpoint, error };
  }
}

/** The answer of a turn. Throws the turn's error, if it has one. */
export function finalText({ events, error }: Played): string | undefined {
  if (error !== undefined) throw error;
  const last = events.at(-1);
  return last?.type === 'finish' ? last.text : undefined;
}

/** The text since the last reset. */
export function streamedText({ events }: Played): string {
  const from = events.findLastIndex(({ type }) => type === 'reset') + 1;
  return events.slice(from).reduce((text, event) => (event.type === 'text-delta' ? text + event.text : text), '');
}

/** The question that ended a turn. */
export function question({ events, error }: Played): InputRequiredEvent {
  const last = events.at(-1);
  if (last?.type !== 'input-required') throw error ?? new Error(`no question, but ${JSON.stringify(last)}`);
  return last;
}

/** The last conversation that the model received. */
export function lastPrompt(model: ScriptedModel): string {
  return JSON.stringify(model.requests.findLast(({ method }) => method === 'POST')?.body);
}
