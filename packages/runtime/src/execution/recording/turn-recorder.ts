import type { Task } from '@a2a-js/sdk';
import type { AbortReason, FinishEvent, JsonValue, StepEvent, TurnEnd } from '@molecule/adapters';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { type EventTarget, failedEvent } from '../../tasks/events/a2a-events.js';
import { RETRY_AFTER_KEY } from '../../tasks/events/outcome-metadata.js';
import { putAwayEvent } from '../../tasks/events/progress-line.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { Gatherer } from '../../tasks/log/delta-window.js';
import type { StepRow } from '../../tasks/log/steps/step-rows.js';
import type { StoredRun } from '../../tasks/log/stored-run.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnResult } from '../../tasks/turn-result.js';
import { AnswerDraft } from './answer-draft.js';
import { GuardedWriter } from './guarded-writer.js';
import { HeldCheckpoint } from './held-checkpoint.js';
import { SideEvents } from './side-events.js';
import { completedEvent, engineEvent, workingEvent } from './status-events.js';
import { endingOf } from './turn-endings.js';
import type { UsageMeter } from './usage-meter.js';

/** Deltas are written at once when this many characters are pending; the engine waits meanwhile. */
const WINDOW_CHARACTERS = 8192;

/** Events that are written at once. Those of a window are fewer. */
const FEW = 8;

/** How a failed turn is recorded. */
export interface RecordedFailure {
  readonly code: TaskFailureCode;
  readonly message: string;
  /** When the caller may try again, ISO 8601. */
  readonly retryAt?: string;
}

/** Converts an engine's events into events of the task's log. One for a claimed turn, across its attempts. */
export class TurnRecorder implements Gatherer {
  readonly #writer: TaskWriter;
  readonly #target: EventTarget;
  readonly #log: GuardedWriter;
  readonly #draft: AnswerDraft;
  readonly #side: SideEvents;
  #lastCheckpoint: JsonValue | undefined;
  readonly #held = new HeldCheckpoint();
  /** The turn has ended, or was aborted: what storage kept waiting comes too late. */
  #isOver = false;

  /**
   * @param earlier the task with what earlier attempts of the turn recorded; undefined if there were none
   * @param abort aborts the turn; called if the log refuses a write
   */
  constructor(writer: TaskWriter, earlier: Task | undefined, abort: (reason: AbortReason) => void) {
    const { taskId, contextId, turn, checkpoint, run } = writer.record;
    this.#writer = writer;
    this.#target = { taskId, contextId };
    this.#log = new GuardedWriter(writer, abort);
    this.#draft = new AnswerDraft(this.#target, turn, earlier, run?.turn);
    // A turn that was put away continues its artifacts.
    this.#side = new SideEvents({ ...this.#target, turn: run?.turn ?? turn }, earlier);
    this.#lastCheckpoint = checkpoint;
  }

  /** Over all attempts of the turn, including those of ended processes as far as the log holds them. */
  get usage(): UsageMeter {
    return this.#side.usage;
  }

  /** The error with which the log refused a write of this turn; undefined if it refused none. */
  get refusal(): unknown {
    return this.#log.refusal;
  }

  /** The checkpoint for the next attempt. */
  get lastCheckpoint(): JsonValue | undefined {
    return this.#lastCheckpoint;
  }

  /** Characters that the attempt has said. */
  get said(): number {
    return this.#draft.said;
  }

  /** Records an event that does not end the turn. Resolves when the engine may continue. */
  async accept(event: StepEvent): Promise<void> {
    await this.#log.kept;
    if (this.#isOver) return;
    switch (event.type) {
      case 'text-delta':
        if (this.#draft.hasPendingReasoning) await this.flush();
        this.#draft.addText(event.text);
        if (!this.#draft.endsInHalf) await this.#releaseCheckpoint();
        return this.#window();
      case 'reasoning-delta':
        if (this.#draft.hasPendingText) await this.flush();
        this.#draft.addReasoning(event.text);
        return this.#window();
      case 'reset':
        if (event.replays !== true) return this.reset();
        this.#side.artifacts.startOver();
        return this.sayAgain(0);
      default: {
        const told = this.#side.add(event);
        return told && this.#append(told);
      }
    }
  }

  /** Records a step and the events before it, in one step. Resolves when the log holds them. */
  async recordStep(step: StepRow, events: readonly StepEvent[]): Promise<void> {
    const told = events.flatMap((event) => this.#side.add(event) ?? []);
    await this.#log.saveStep(step, [...this.#pending(), ...told]);
  }

  /** The attempt says its text again from some place on: what is the same is not told again. */
  async sayAgain(from: number): Promise<void> {
    await this.flush();
    this.#draft.sayAgain(from);
  }

  /** Artifacts of an earlier attempt that are continued. */
  keepArtifacts(ids: readonly string[]): void {
    this.#side.artifacts.keep(ids);
  }

  /** Reports an event that is not part of the answer, as metadata of a status. */
  reportEvent(event: Readonly<Record<string, JsonValue | undefined>>): Promise<void> {
    return this.#append(engineEvent(this.#target, event));
  }

  /** Makes the answer so far void. */
  async reset(): Promise<void> {
    this.#draft.dropPendingText();
    await this.#releaseCheckpoint();
    await this.flush();
    const event = this.#draft.reset();
    if (event) await this.#log.append([event]);
  }

  /** The turn runs from its beginning again: makes the answer so far void, and the artifacts that the engine names. */
  startOver(): Promise<void> {
    this.#side.artifacts.startOver();
    return this.reset();
  }

  /**
   * Saves the engine's checkpoint in one step with the text before it. If that text ends with half of a character, both wait for
   * its other half. If storage keeps the text in memory, the engine waits at its next event.
   *
   * @returns resolves when the log holds it
   */
  async checkpoint(state: JsonValue): Promise<void> {
    this.#lastCheckpoint = state;
    if (this.#draft.endsInHalf) return this.#held.hold(state);
    return this.#log.saveCheckpoint(state, this.#pending());
  }

  /** Writes what is pending. */
  async flush(): Promise<void> {
    const events = await this.#appendAllButFew(this.#pending());
    if (events.length > 0) await this.#log.append(events);
  }

  /** The end of the window of deltas. */
  gather(): void {
    // A failure reaches the caller through the abort.
    this.flush().catch(() => {});
  }

  /** Records the last event of the turn. @param run set if the answer to its question continues this turn */
  async end(event: TurnEnd, run?: StoredRun): Promise<TurnResult> {
    this.#end();
    if (event.type === 'finish') return this.#complete(event);
    const { status, ...ending } = endingOf(this.#target, event, this.#side.usageMetadata());
    await this.#writer.finish([...this.#draft.endRetelling(), status], { ...ending, ...(run && { run }) });
    return ending.result;
  }

  /** Puts the turn away until a time, in milliseconds since 1970. */
  async putAway(run: StoredRun, at: number): Promise<void> {
    this.#end();
    const status = putAwayEvent(this.#target, at, this.#side.usageMetadata());
    await this.#writer.putAway([...this.#draft.endRetelling(), status], run, at);
  }

  async #complete(event: FinishEvent): Promise<TurnResult> {
    const { finalText, isBlank, events } = this.#draft.finish(event.text);
    const isEmpty = isBlank && this.#side.isEmpty;
    events.push(completedEvent(this.#target, event, isEmpty, this.#side.usageMetadata()));
    const result: TurnResult = { kind: 'completed', finalText };
    await this.#writer.finish(await this.#appendAllButFew(events), { result });
    return result;
  }

  async fail({ code, message, retryAt }: RecordedFailure): Promise<TurnResult> {
    this.#end();
    const result: TurnResult = { kind: 'failed', code, message };
    const known = { ...this.#side.usageMetadata(), ...(retryAt !== undefined && { [RETRY_AFTER_KEY]: retryAt }) };
    const failed = failedEvent(this.#target, { code, message }, known);
    await this.#writer.finish([...this.#draft.takeAll(), failed], { result });
    return result;
  }

  /** Drops what is pending and leaves the window. */
  discard(): void {
    this.#end();
    this.#draft.discard();
    this.#held.drop();
  }

  #releaseCheckpoint(): Promise<void> {
    return this.#held.release((state) => this.#log.saveCheckpoint(state, this.#pending()));
  }

  /** Appends events a few at a time, so that a long text does not block the process. Returns the last few. */
  async #appendAllButFew(events: readonly TaskEvent[]): Promise<readonly TaskEvent[]> {
    let from = 0;
    for (; events.length - from > FEW; from += FEW) await this.#log.append(events.slice(from, from + FEW));
    return events.slice(from);
  }

  #append(event: TaskEvent): Promise<void> {
    return this.#log.append([...this.#pending(), event]);
  }

  async #window(): Promise<void> {
    if (this.#draft.pending >= WINDOW_CHARACTERS) return this.flush();
    this.#writer.window.add(this);
  }

  /** Events for what is pending, in order; new usage comes first, so that it counts if the attempt ends right after. */
  #pending(): TaskEvent[] {
    this.#leaveWindow();
    const usage = this.#side.usageIsNew ? [workingEvent(this.#target, this.#side.usageMetadata())] : [];
    return [...usage, ...this.#draft.take()];
  }

  #end(): void {
    this.#isOver = true;
    this.#leaveWindow();
  }

  #leaveWindow(): void {
    this.#writer.window.delete(this);
  }
}
