import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type Turn, type TurnControls, type TurnEvent } from '../../src/index.js';
import { CountingEngine } from './counting-engine.js';
import { EchoEngine } from './echo-adapter.js';

/** Changes the events of every turn. */
export function withEvents(change: (events: AsyncIterable<TurnEvent>, turn: Turn) => AsyncGenerator<TurnEvent>) {
  return class extends EchoEngine {
    override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
      return change(super.runTurn(turn, controls), turn);
    }
  };
}

/** Puts events before the last one of every message turn. */
export function withExtra(...extra: object[]) {
  return withEvents(async function* (events) {
    for await (const event of events) {
      if (event.type === 'finish') yield* extra as TurnEvent[];
      yield event;
    }
  });
}

/** Puts events after the last one. */
export function withMore(...more: object[]) {
  return withEvents(async function* (events) {
    yield* events;
    yield* more as TurnEvent[];
  });
}

/** Throws something else whenever the engine throws. */
export function withErrors(change: (error: EngineError) => unknown) {
  return withEvents(async function* (events) {
    try {
      yield* events;
    } catch (error) {
      throw change(error as EngineError);
    }
  });
}

/** Never ends. */
export const Hanging = withEvents(async function* () {
  yield { type: 'started' };
  await new Promise(() => undefined);
});

/** Continues after an abort, because it ignores the signal. */
export class Deaf extends EchoEngine {
  override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    return super.runTurn(turn, { ...controls, signal: new AbortController().signal, checkpoint() {} });
  }
}

/** Stops three seconds after an abort. */
export const Sluggish = withEvents(async function* (events) {
  try {
    yield* events;
  } finally {
    await delay(3_000);
  }
});

/** Leaves work running if a turn is aborted. */
export class LitteringWhenStopped extends EchoEngine {
  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    let isOver = false;
    try {
      yield* super.runTurn(turn, controls);
      isOver = true;
    } finally {
      if (!isOver) this.traces.running.add(turn.messageId);
    }
  }
}

/** Cannot run a turn after one that was aborted or failed. */
export class Broken extends EchoEngine {
  #isBroken = false;

  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (this.#isBroken) throw new EngineError('internal', 'The session is stuck.');
    this.#isBroken = true;
    yield* super.runTurn(turn, controls);
    this.#isBroken = false;
  }
}

/** Stores all contexts as one. */
export class Shared extends EchoEngine {
  override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    return super.runTurn({ ...turn, contextId: 'everyone' } as Turn, controls);
  }
}

/** Remembers a context until it is disposed. */
export class Forgetful extends EchoEngine {
  readonly #life = Math.random().toString(36).slice(2);

  override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    return super.runTurn({ ...turn, contextId: `${turn.contextId}-${this.#life}` } as Turn, controls);
  }
}

/** Remembers nothing. */
export class Amnesic extends EchoEngine {
  override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    return super.runTurn({ ...turn, contextId: crypto.randomUUID() } as Turn, controls);
  }
}

/** Gives other data each time. */
export class GivesOtherData extends EchoEngine {
  #times = 0;

  protected override async *give(): AsyncGenerator<TurnEvent> {
    yield { type: 'data', data: ++this.#times };
  }

  protected override async *resume(contextId: string, messageId: string): AsyncGenerator<TurnEvent> {
    yield* this.give();
    yield* super.resume(contextId, messageId);
  }
}

/** Begins an artifact with its last piece. */
export class AppendsFirst extends EchoEngine {
  protected override async *give(): AsyncGenerator<TurnEvent> {
    yield { type: 'artifact', id: 'report', parts: [{ kind: 'text', text: 'two' }], append: true };
  }
}

let lastMark = '';
/** Answers with a message of another context that runs at the same time. */
export class Mixing extends EchoEngine {
  protected override async *answer(contextId: string, messageId: string, text: string, signal: AbortSignal) {
    lastMark = text;
    await delay(20);
    yield* super.answer(contextId, messageId, lastMark, signal);
  }
}

let atWork = 0;
/** Refuses a turn while another one is running. */
export class OneAtATime extends EchoEngine {
  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (atWork > 0) throw new EngineError('overloaded', 'One at a time.');
    atWork += 1;
    try {
      await delay(10);
      yield* super.runTurn(turn, controls);
    } finally {
      atWork -= 1;
    }
  }
}

/** Continues the last finished turn, whichever turn it should continue. */
export class ContinuesTheLast extends EchoEngine {
  protected override async *resume(contextId: string, messageId: string): AsyncGenerator<TurnEvent> {
    const last = this.store.read(contextId).turns.at(-1);
    yield* super.resume(contextId, last?.messageId ?? messageId);
  }
}

/** Continues an unknown turn with an empty answer. */
export class ContinuesAnything extends EchoEngine {
  protected override async *resume(): AsyncGenerator<TurnEvent> {
    yield { type: 'finish', text: 'all done' };
  }
}

/** Accepts an answer to a question that it never asked. */
export class TakesAnyAnswer extends EchoEngine {
  protected override async *takeAnswer(contextId: string, messageId: string, _requestId: string, text: string) {
    yield* this.finish(contextId, messageId, text, `you said ${text}`);
  }
}

/** Ignores the answer. */
export class IgnoresAnswers extends EchoEngine {
  protected override async *takeAnswer(contextId: string, messageId: string, _requestId: string, text: string) {
    yield* this.finish(contextId, messageId, text, 'you said nothing');
  }
}

/** Hears the first of several answers only. */
export class HearsOneAnswer extends EchoEngine {
  override runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    return super.runTurn(
      turn.kind === 'answer' ? { ...turn, answers: turn.answers?.slice(0, 1) ?? [] } : turn,
      controls,
    );
  }
}

/** Stores its questions in memory only. */
export class AsksInMemory extends EchoEngine {
  readonly #asked = new Set<string>();

  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (turn.kind === 'answer' && !this.#asked.has(turn.requestId)) throw new EngineError('lost', 'Not asked.');
    for await (const event of super.runTurn(turn, controls)) {
      if (event.type === 'input-required') this.#asked.add(event.requestId);
      yield event;
    }
  }
}

export class Unwell extends EchoEngine {
  override async check() {
    return { ok: false, detail: 'a bad day' };
  }
}

/** Returns the whole transcript for every range. */
export class Talkative extends EchoEngine {
  override transcript(range: Parameters<EchoEngine['transcript']>[0]) {
    return super.transcript({ ...range, since: 0, limit: 1_000 });
  }
}

/** Leaves work running after it is disposed. */
export class Clinging extends EchoEngine {
  override async [Symbol.asyncDispose](): Promise<void> {}
}

/** Disposing it also ends the engines that were created later. */
export class Entangled extends EchoEngine {
  #isDown = false;

  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    if (this.#isDown) throw new EngineError('engine-died', 'The other engine ended.');
    yield* super.runTurn(turn, controls);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    for (const other of this.traces.engines) if (other instanceof Entangled) other.#isDown = true;
  }
}

/** Writes a message's file a second time. */
export class Copying extends EchoEngine {
  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    for (const part of turn.kind === 'message' ? turn.parts : []) {
      if (part.kind !== 'file' || part.path === undefined) continue;
      await writeFile(join(part.path, '..', '..', 'copy.txt'), Buffer.from(part.data ?? '', 'base64'));
    }
    yield* super.runTurn(turn, controls);
  }
}

/** Fails if a message has a file. */
export const AfraidOfFiles = withEvents(async function* (events, turn) {
  if (turn.kind === 'message' && turn.parts.some(({ kind }) => kind === 'file')) {
    throw new EngineError('unsupported', 'Takes no files.');
  }
  yield* events;
});

/** Counts slowly, and continues from its checkpoint; its final text holds only the text of this attempt. */
export class ForgetsWhatItSaid extends CountingEngine {
  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    let text = '';
    for await (const event of super.runTurn(turn, controls)) {
      if (event.type === 'text-delta') text += event.text;
      yield event.type === 'finish' ? { ...event, text } : event;
    }
  }
}

/** Says that it forgets, and keeps everything. */
export class KeepsAll extends EchoEngine {
  override async forget(): Promise<void> {}
}

/** Forgets every context when it should forget one. */
export class ForgetsAll extends EchoEngine {
  override async forget(): Promise<void> {
    this.store.clear();
  }
}

/** Forgets what earlier processes have stored, and answers from its own memory. */
export class ForgetsOnDisk extends EchoEngine {
  readonly #texts = new Map<string, string>();

  override async *runTurn(turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    for await (const event of super.runTurn(turn, controls)) {
      if (event.type !== 'finish') yield event;
      else yield { type: 'reset' };
      if (event.type === 'finish') yield { type: 'finish', text: this.#remember(turn.contextId, event.text ?? '') };
    }
  }

  #remember(contextId: string, text: string): string {
    const all = `${this.#texts.get(contextId) ?? ''}${text}`;
    this.#texts.set(contextId, all);
    return all;
  }
}

/** Fails for a context of which it has nothing. */
export class ForgetsWhatItHas extends EchoEngine {
  override async forget(contextId: string): Promise<void> {
    if (this.store.read(contextId).turns.length === 0) throw new Error('No such context.');
    await super.forget(contextId);
  }
}

/** Keeps its transcript. */
export class KeepsItsTranscript extends EchoEngine {
  override async forget(contextId: string): Promise<void> {
    const { turns } = this.store.read(contextId);
    this.store.write(contextId, { turns: turns.slice(0, 1) });
  }
}

/** Works in the directory of its first turn only. */
export class Settled extends EchoEngine {
  #workDir: string | undefined;

  protected override write(workDir: string): Promise<void> {
    this.#workDir ??= workDir;
    return super.write(this.#workDir);
  }
}

/** Works in the base of the working directories. */
export class Rooted extends EchoEngine {
  protected override write(workDir: string): Promise<void> {
    return super.write(join(workDir, '..', 'work'));
  }
}
