import { type Part, TaskState } from '@a2a-js/sdk';
import {
  type FilePart,
  type FinishEvent,
  type InputRequiredEvent,
  type JsonValue,
  type TurnEvent,
  WholeCharacters,
  wellFormed,
} from '@molecule/adapters';
import { EMPTY_ANSWER_KEY, FINISH_REASON_KEY, RETRY_AFTER_KEY, USAGE_KEY } from '../task-log/outcome-metadata.js';
import type { TaskEvent } from '../task-log/task-event.js';
import type { TaskWriter } from '../task-log/task-writer.js';
import {
  agentMessage,
  artifactEvent,
  dataPart,
  ENGINE_EVENT_KEY,
  type EventTarget,
  failedEvent,
  filePart,
  isSameFile,
  statusEvent,
  textPart,
} from './a2a-events.js';
import type { TurnFailure } from './turn-failure.js';
import type { TurnResult } from './turn-result.js';
import { UsageMeter } from './usage-meter.js';

/** Deltas that arrive within this time become one event: a reader sees no difference, and the log is far shorter. */
const WINDOW_MS = 25;
/** Deltas are written at once when so many characters have gathered; the engine waits meanwhile. */
const WINDOW_CHARACTERS = 8192;
/** Metadata of an update that voids the text which clients have of the answer. */
const RESET = { 'molecule.reset': true };

/** What a caller reads when a turn was completed without any answer. */
const EMPTY_ANSWER = 'The agent ended its turn without an answer.';

interface HeldCheckpoint {
  readonly state: JsonValue;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Turns what an engine tells into what the task's log says. One for a claimed turn, across its attempts. */
export class TurnRecorder {
  readonly #writer: TaskWriter;
  readonly #target: EventTarget;
  readonly #answerId: string;
  readonly #onError: (error: unknown) => void;
  /** Over all attempts of the turn, those of dead processes included as far as the log knows. */
  readonly usage: UsageMeter;
  #usageIsNew = false;
  /** Text that the log holds of this turn's answer. */
  #written: string;
  #answerExists: boolean;
  #pendingText = '';
  #pendingReasoning = '';
  readonly #text = new WholeCharacters();
  readonly #reasoning = new WholeCharacters();
  #timer: NodeJS.Timeout | undefined;
  /** True once the engine has made a file or called a tool: its answer may then do without text. */
  #acted = false;
  /** A state that waits for the other half of a character. */
  #heldCheckpoint: HeldCheckpoint | undefined;
  /** Settles when storage has taken, or keeps, what was saved last. */
  #keeping: Promise<void> = Promise.resolve();

  constructor(writer: TaskWriter, onError: (error: unknown) => void) {
    const { taskId, contextId, turn } = writer.record;
    this.#writer = writer;
    this.#target = { taskId, contextId };
    this.#onError = onError;
    this.#answerId = `answer-${turn}`;
    this.usage = new UsageMeter(writer.task.metadata?.[USAGE_KEY]);
    const answer = writer.task.artifacts.find(({ artifactId }) => artifactId === this.#answerId);
    this.#answerExists = answer !== undefined;
    this.#written =
      answer?.parts.map((part) => (part.content?.$case === 'text' ? part.content.value : '')).join('') ?? '';
  }

  /** Records an event that does not end the turn. Resolves when the engine may go on. */
  async accept(event: Exclude<TurnEvent, FinishEvent | InputRequiredEvent>): Promise<void> {
    await this.#keeping;
    switch (event.type) {
      case 'text-delta':
        if (this.#pendingReasoning) await this.flush();
        this.#pendingText += this.#text.add(event.text);
        if (this.#text.half === '') await this.#releaseCheckpoint();
        return this.#window();
      case 'reasoning-delta':
        if (this.#pendingText) await this.flush();
        this.#pendingReasoning += this.#reasoning.add(event.text);
        return this.#window();
      case 'reset':
        return this.reset();
      case 'usage':
        this.#usageIsNew = true;
        return this.usage.add(event);
      case 'file':
        this.#acted = true;
        return this.#addFile(event.file);
      case 'started':
        return;
      case 'tool-call':
        this.#acted = true;
        return this.tell({ ...event });
      default:
        return this.tell({ ...event });
    }
  }

  /** Tells callers of something besides the answer. */
  tell(event: Readonly<Record<string, JsonValue | undefined>>): Promise<void> {
    const metadata = { [ENGINE_EVENT_KEY]: JSON.parse(JSON.stringify(event)) as JsonValue };
    return this.#append(statusEvent(this.#target, TaskState.TASK_STATE_WORKING, { metadata }));
  }

  /** The answer so far is void. */
  async reset(): Promise<void> {
    this.#pendingText = '';
    this.#text.end();
    await this.#releaseCheckpoint();
    await this.flush();
    if (this.#written === '') return;
    this.#written = '';
    await this.#write([this.#answer([textPart('')], { append: false, lastChunk: false, metadata: RESET })]);
  }

  /**
   * Saves the engine's state, in one step with what was said before it. Half of a character waits for its other half, and
   * the state with it. What was said may then be kept, and the engine with it waits at its next event.
   *
   * @returns resolves when the log holds it
   */
  async checkpoint(state: JsonValue): Promise<void> {
    if (this.#text.half === '') return this.#saveCheckpoint(state);
    await new Promise<void>((resolve, reject) => {
      this.#heldCheckpoint?.resolve();
      this.#heldCheckpoint = { state, resolve, reject };
    });
  }

  async #releaseCheckpoint(): Promise<void> {
    const held = this.#heldCheckpoint;
    if (!held) return;
    this.#heldCheckpoint = undefined;
    await this.#saveCheckpoint(held.state).then(held.resolve, held.reject);
  }

  async #saveCheckpoint(state: JsonValue): Promise<void> {
    try {
      const { kept, written } = this.#writer.saveCheckpoint(state, this.#drain(false));
      this.#keeping = kept;
      await written;
    } catch (error) {
      this.#onError(error);
      throw error;
    }
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    const events = this.#drain(false);
    if (events.length > 0) await this.#write(events);
  }

  async complete(event: FinishEvent): Promise<TurnResult> {
    const streamed = this.#written + this.#pendingText + this.#text.half;
    const finalText = event.text ?? streamed;
    const events: TaskEvent[] = [];
    if (finalText.startsWith(streamed)) {
      this.#pendingText += this.#text.add(finalText.slice(streamed.length));
      events.push(...this.#drain(true));
    } else {
      this.#pendingText = '';
      this.#text.end();
      events.push(...this.#drain(true));
      const reset = this.#written !== '' && { metadata: RESET };
      events.push(this.#answer([textPart(finalText)], { append: false, lastChunk: true, ...reset }));
    }
    const isEmpty = finalText.trim() === '' && !this.#acted && !this.#hasFiles;
    const metadata = {
      ...this.#usageMetadata(),
      [FINISH_REASON_KEY]: event.reason ?? 'stop',
      ...(isEmpty && { [EMPTY_ANSWER_KEY]: true }),
    };
    const message = isEmpty && agentMessage(this.#target, [textPart(EMPTY_ANSWER)], { [EMPTY_ANSWER_KEY]: true });
    events.push(statusEvent(this.#target, TaskState.TASK_STATE_COMPLETED, { metadata, ...(message && { message }) }));
    const result: TurnResult = { kind: 'completed', finalText: wellFormed(finalText) };
    await this.#writer.finish(events, { result });
    return result;
  }

  async requireInput(event: InputRequiredEvent): Promise<TurnResult> {
    const { requestId, request, prompt, choices = [], tool } = event;
    const details = { requestId, request, choices, ...(tool && { tool }) } as unknown as JsonValue;
    const message = agentMessage(this.#target, [textPart(prompt), dataPart(details)]);
    const metadata = this.#usageMetadata();
    const result: TurnResult = { kind: 'input-required', prompt };
    await this.#writer.finish(
      [...this.#drain(true), statusEvent(this.#target, TaskState.TASK_STATE_INPUT_REQUIRED, { message, metadata })],
      { result, pending: { requestId, request, choices } },
    );
    return result;
  }

  async fail(failure: TurnFailure): Promise<TurnResult> {
    const { code, message, retryAt } = failure;
    const result: TurnResult = { kind: 'failed', code, message };
    const known = { ...this.#usageMetadata(), ...(retryAt !== undefined && { [RETRY_AFTER_KEY]: retryAt }) };
    await this.#writer.finish([...this.#drain(true), failedEvent(this.#target, failure, known)], { result });
    return result;
  }

  /** Forgets what has gathered and stops its timer. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pendingText = '';
    this.#pendingReasoning = '';
    this.#heldCheckpoint?.resolve();
    this.#heldCheckpoint = undefined;
  }

  get #hasFiles(): boolean {
    const prefix = `file-${this.#writer.record.turn}-`;
    return this.#writer.task.artifacts.some(({ artifactId }) => artifactId.startsWith(prefix));
  }

  /** For the status that tells it. */
  #usageMetadata(): Record<string, JsonValue> {
    this.#usageIsNew = false;
    const total = this.usage.total();
    return total === undefined ? {} : { [USAGE_KEY]: total };
  }

  /** A repeated attempt makes the same file again: the caller has it. */
  async #addFile(file: FilePart): Promise<void> {
    const part = filePart(file);
    const prefix = `file-${this.#writer.record.turn}-`;
    const made = this.#writer.task.artifacts.filter(({ artifactId }) => artifactId.startsWith(prefix));
    if (made.some(({ parts: [first] }) => first && isSameFile(first, part))) return;
    const artifact = { id: `${prefix}${made.length + 1}`, name: file.name ?? 'file', parts: [part] };
    await this.#append(artifactEvent(this.#target, artifact, { append: false, lastChunk: true }));
  }

  async #append(event: TaskEvent): Promise<void> {
    await this.#write([...this.#drain(false), event]);
  }

  /** The engine is told why before it is stopped: what it must do with its work depends on that. */
  async #write(events: readonly TaskEvent[]): Promise<void> {
    try {
      await this.#writer.append(events);
    } catch (error) {
      this.#onError(error);
      throw error;
    }
  }

  async #window(): Promise<void> {
    if (this.#pendingText.length + this.#pendingReasoning.length >= WINDOW_CHARACTERS) return this.flush();
    this.#timer ??= setTimeout(() => {
      // Whoever waits for the engine learns of a failure by the abort.
      this.flush().catch(() => {});
    }, WINDOW_MS);
  }

  /**
   * Makes events of what has gathered, in order. No piece of an answer is said to be the last: which one that is would depend on
   * the window, and some clients keep the last one alone. The status tells the end, and the task with which a stream ends.
   */
  #drain(atEnd: boolean): TaskEvent[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events: TaskEvent[] = [];
    if (atEnd) {
      this.#pendingReasoning += this.#reasoning.end();
      this.#pendingText += this.#text.end();
    } else if (this.#usageIsNew) {
      // Told with what comes next, so that an attempt which dies after it is counted as well.
      const metadata = this.#usageMetadata();
      events.push(statusEvent(this.#target, TaskState.TASK_STATE_WORKING, { metadata }));
    }
    if (this.#pendingReasoning) {
      const metadata = { [ENGINE_EVENT_KEY]: { type: 'reasoning-delta', text: this.#pendingReasoning } };
      events.push(statusEvent(this.#target, TaskState.TASK_STATE_WORKING, { metadata }));
      this.#pendingReasoning = '';
    }
    if (this.#pendingText) {
      const text = this.#pendingText;
      this.#pendingText = '';
      this.#written += text;
      events.push(this.#answer([textPart(text)], { append: this.#answerExists, lastChunk: false }));
    }
    return events;
  }

  #answer(
    parts: readonly Part[],
    options: { readonly append: boolean; readonly lastChunk: boolean; readonly metadata?: Record<string, JsonValue> },
  ): TaskEvent {
    this.#answerExists = true;
    return artifactEvent(this.#target, { id: this.#answerId, name: 'answer', parts }, options);
  }
}
