import type { Task } from '@a2a-js/sdk';
import type { AbortReason, FinishEvent, JsonValue, TurnEnd, TurnEvent } from '@molecule/adapters';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { type EventTarget, failedEvent } from '../../tasks/events/a2a-events.js';
import { RETRY_AFTER_KEY, USAGE_KEY } from '../../tasks/events/outcome-metadata.js';
import { progressEvent } from '../../tasks/events/progress-line.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { Gatherer } from '../../tasks/log/delta-window.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnResult } from '../../tasks/turn-result.js';
import { AnswerArtifacts } from './answer-artifacts.js';
import { AnswerDraft } from './answer-draft.js';
import { GuardedWriter } from './guarded-writer.js';
import { completedEvent, engineEvent, workingEvent } from './status-events.js';
import { endingOf } from './turn-endings.js';
import { UsageMeter } from './usage-meter.js';

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

interface HeldCheckpoint {
  readonly state: JsonValue;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Converts an engine's events into events of the task's log. One for a claimed turn, across its attempts. */
export class TurnRecorder implements Gatherer {
  readonly #writer: TaskWriter;
  readonly #target: EventTarget;
  readonly #log: GuardedWriter;
  readonly #draft: AnswerDraft;
  readonly #artifacts: AnswerArtifacts;
  /** Over all attempts of the turn, including those of ended processes as far as the log holds them. */
  readonly usage: UsageMeter;
  #usageIsNew = false;
  /** True once the engine has called a tool: its answer may then have no text. */
  #acted = false;
  #lastCheckpoint: JsonValue | undefined;
  /** A checkpoint that waits for the other half of a character. */
  #heldCheckpoint: HeldCheckpoint | undefined;
  /** The turn has ended, or was aborted: what storage kept waiting comes too late. */
  #isOver = false;

  /**
   * @param earlier the task with what earlier attempts of the turn recorded; undefined if there were none
   * @param abort aborts the turn; called if the log refuses a write
   */
  constructor(writer: TaskWriter, earlier: Task | undefined, abort: (reason: AbortReason) => void) {
    const { taskId, contextId, turn, checkpoint } = writer.record;
    this.#writer = writer;
    this.#target = { taskId, contextId };
    this.#log = new GuardedWriter(writer, abort);
    this.#draft = new AnswerDraft(this.#target, turn, earlier);
    this.#artifacts = new AnswerArtifacts(writer.record, earlier);
    this.#lastCheckpoint = checkpoint;
    this.usage = new UsageMeter(earlier?.metadata?.[USAGE_KEY]);
  }

  /** The error with which the log refused a write of this turn; undefined if it refused none. */
  get refusal(): unknown {
    return this.#log.refusal;
  }

  /** The checkpoint for the next attempt. */
  get lastCheckpoint(): JsonValue | undefined {
    return this.#lastCheckpoint;
  }

  /** Records an event that does not end the turn. Resolves when the engine may continue. */
  async accept(event: Exclude<TurnEvent, TurnEnd>): Promise<void> {
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
        return this.reset();
      case 'usage':
        this.#usageIsNew = true;
        return this.usage.add(event);
      case 'file':
      case 'data':
      case 'artifact': {
        const added = this.#artifacts.add(event);
        return added && this.#append(added);
      }
      case 'status':
        return this.#append(progressEvent(this.#target, event.text));
      case 'started':
        return;
      case 'tool-call':
        this.#acted = true;
        return this.reportEvent({ ...event });
      default:
        return this.reportEvent({ ...event });
    }
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
    this.#artifacts.startOver();
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
    if (!this.#draft.endsInHalf) return this.#log.saveCheckpoint(state, this.#pending());
    await new Promise<void>((resolve, reject) => {
      this.#heldCheckpoint?.resolve();
      this.#heldCheckpoint = { state, resolve, reject };
    });
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

  /** Records the last event of the turn. */
  async end(event: TurnEnd): Promise<TurnResult> {
    this.#end();
    if (event.type === 'finish') return this.#complete(event);
    const { status, ...ending } = endingOf(this.#target, event, this.#usageMetadata());
    await this.#writer.finish([...this.#draft.takeAll(), status], ending);
    return ending.result;
  }

  async #complete(event: FinishEvent): Promise<TurnResult> {
    const { finalText, isBlank, events } = this.#draft.finish(event.text);
    const isEmpty = isBlank && !this.#acted && this.#artifacts.isEmpty;
    events.push(completedEvent(this.#target, event, isEmpty, this.#usageMetadata()));
    const result: TurnResult = { kind: 'completed', finalText };
    await this.#writer.finish(await this.#appendAllButFew(events), { result });
    return result;
  }

  async fail({ code, message, retryAt }: RecordedFailure): Promise<TurnResult> {
    this.#end();
    const result: TurnResult = { kind: 'failed', code, message };
    const known = { ...this.#usageMetadata(), ...(retryAt !== undefined && { [RETRY_AFTER_KEY]: retryAt }) };
    const failed = failedEvent(this.#target, { code, message }, known);
    await this.#writer.finish([...this.#draft.takeAll(), failed], { result });
    return result;
  }

  /** Drops what is pending and leaves the window. */
  discard(): void {
    this.#end();
    this.#draft.discard();
    this.#heldCheckpoint?.resolve();
    this.#heldCheckpoint = undefined;
  }

  async #releaseCheckpoint(): Promise<void> {
    const held = this.#heldCheckpoint;
    if (!held) return;
    this.#heldCheckpoint = undefined;
    await this.#log.saveCheckpoint(held.state, this.#pending()).then(held.resolve, held.reject);
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
    const usage = this.#usageIsNew ? [workingEvent(this.#target, this.#usageMetadata())] : [];
    return [...usage, ...this.#draft.take()];
  }

  /** For the status that reports it. */
  #usageMetadata(): Record<string, JsonValue> {
    this.#usageIsNew = false;
    const total = this.usage.total();
    return total === undefined ? {} : { [USAGE_KEY]: total };
  }

  #end(): void {
    this.#isOver = true;
    this.#leaveWindow();
  }

  #leaveWindow(): void {
    this.#writer.window.delete(this);
  }
}
