import { type Part, TaskState } from '@a2a-js/sdk';
import type { FilePart, FinishEvent, InputRequiredEvent, JsonValue, TurnEvent } from '@molecule/adapters';
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

/** Turns what an engine tells into what the task's log says. One for a claimed turn, across its attempts. */
export class TurnRecorder {
  readonly #writer: TaskWriter;
  readonly #target: EventTarget;
  readonly #answerId: string;
  readonly #onError: (error: unknown) => void;
  readonly usage = new UsageMeter();
  /** Text that the log holds of this turn's answer. */
  #written: string;
  #answerExists: boolean;
  #pendingText = '';
  #pendingReasoning = '';
  #timer: NodeJS.Timeout | undefined;
  #producedOutput = false;

  constructor(writer: TaskWriter, onError: (error: unknown) => void) {
    const { taskId, contextId, turn } = writer.record;
    this.#writer = writer;
    this.#target = { taskId, contextId };
    this.#onError = onError;
    this.#answerId = `answer-${turn}`;
    const answer = writer.task.artifacts.find(({ artifactId }) => artifactId === this.#answerId);
    this.#answerExists = answer !== undefined;
    this.#written =
      answer?.parts.map((part) => (part.content?.$case === 'text' ? part.content.value : '')).join('') ?? '';
  }

  /** True once the engine has said anything that a caller could see, in this attempt. */
  get producedOutput(): boolean {
    return this.#producedOutput;
  }

  beginAttempt(): void {
    this.#producedOutput = false;
  }

  /** Records an event that does not end the turn. Resolves when the engine may go on. */
  async accept(event: Exclude<TurnEvent, FinishEvent | InputRequiredEvent>): Promise<void> {
    switch (event.type) {
      case 'text-delta':
        if (this.#pendingReasoning) await this.flush();
        this.#producedOutput = true;
        this.#pendingText += event.text;
        return this.#window();
      case 'reasoning-delta':
        if (this.#pendingText) await this.flush();
        this.#producedOutput = true;
        this.#pendingReasoning += event.text;
        return this.#window();
      case 'reset':
        return this.reset();
      case 'usage':
        return this.usage.add(event);
      case 'file':
        this.#producedOutput = true;
        return this.#addFile(event.file);
      case 'started':
        return;
      case 'retry':
        return this.tell({ ...event });
      default:
        this.#producedOutput = true;
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
    await this.flush();
    if (this.#written === '') return;
    this.#written = '';
    await this.#write([this.#answer([textPart('')], { append: false, lastChunk: false, metadata: RESET })]);
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    const events = this.#drain();
    if (events.length > 0) await this.#write(events);
  }

  async complete(event: FinishEvent): Promise<TurnResult> {
    const streamed = this.#written + this.#pendingText;
    const finalText = event.text ?? streamed;
    const events: TaskEvent[] = [];
    if (finalText.startsWith(streamed)) {
      this.#pendingText += finalText.slice(streamed.length);
      events.push(...this.#drain());
    } else {
      this.#pendingText = '';
      events.push(...this.#drain());
      const reset = this.#written !== '' && { metadata: RESET };
      events.push(this.#answer([textPart(finalText)], { append: false, lastChunk: true, ...reset }));
    }
    const metadata = this.usage.metadata();
    events.push(statusEvent(this.#target, TaskState.TASK_STATE_COMPLETED, { ...(metadata && { metadata }) }));
    const result: TurnResult = { kind: 'completed', finalText };
    await this.#writer.finish(events, { result });
    return result;
  }

  async requireInput(event: InputRequiredEvent): Promise<TurnResult> {
    const { requestId, request, prompt, choices = [], tool } = event;
    const details = { requestId, request, choices, ...(tool && { tool }) } as unknown as JsonValue;
    const message = agentMessage(this.#target, [textPart(prompt), dataPart(details)]);
    const metadata = this.usage.metadata();
    const result: TurnResult = { kind: 'input-required', prompt };
    await this.#writer.finish(
      [
        ...this.#drain(),
        statusEvent(this.#target, TaskState.TASK_STATE_INPUT_REQUIRED, { message, ...(metadata && { metadata }) }),
      ],
      { result, pending: { requestId, request, choices } },
    );
    return result;
  }

  async fail(failure: TurnFailure): Promise<TurnResult> {
    const { code, message } = failure;
    const result: TurnResult = { kind: 'failed', code, message };
    await this.#writer.finish([...this.#drain(), failedEvent(this.#target, failure)], { result });
    return result;
  }

  /** Forgets what has gathered and stops its timer. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pendingText = '';
    this.#pendingReasoning = '';
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
    await this.#write([...this.#drain(), event]);
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
  #drain(): TaskEvent[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events: TaskEvent[] = [];
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
