import type { Part, Task } from '@a2a-js/sdk';
import { type JsonValue, WholeCharacters } from '@molecule/adapters';
import { artifactEvent, type EventTarget, textPart } from '../../tasks/events/a2a-events.js';
import { answerId, textIn } from '../../tasks/events/answer-artifact.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import { engineEvent } from './status-events.js';
import { ToldText } from './told-text.js';

/** Metadata of an update that makes the answer's text so far void for clients. */
const RESET = { 'molecule.reset': true };

/** The largest number of characters of an event. */
const MOST_CHARACTERS = 64 * 1024;

/** The whole answer, and the last events of it. */
interface FinishedAnswer {
  readonly finalText: string;
  /** True if it has nothing but white space. */
  readonly isBlank: boolean;
  readonly events: TaskEvent[];
}

interface AnswerUpdate {
  readonly append: boolean;
  readonly lastChunk: boolean;
  readonly metadata?: Record<string, JsonValue>;
}

/**
 * A turn's answer and reasoning as far as the engine has streamed them: the part that the log holds, and the pending part that
 * {@link take} turns into events. Half of a surrogate pair stays pending until its other half arrives.
 */
export class AnswerDraft {
  readonly #target: EventTarget;
  readonly #artifactId: string;
  readonly #text = new WholeCharacters();
  readonly #reasoning = new WholeCharacters();
  /** Text of the answer in the log. */
  #written: string;
  /** True if the answer has more than white space. */
  #hasWords: boolean;
  #exists: boolean;
  #pendingText = '';
  #pendingReasoning = '';
  /** The text of the turns of which this one is the continuation. */
  readonly #before: string;
  /** While the attempt says again what readers have. */
  #told: ToldText | undefined;

  /**
   * @param earlier the task with the answer of earlier attempts, which is continued
   * @param begun the turn that goes on as this one. Default: this one
   */
  constructor(target: EventTarget, turn: number, earlier: Task | undefined, begun = turn) {
    this.#target = target;
    this.#artifactId = answerId(turn);
    const answer = earlier?.artifacts.find(({ artifactId }) => artifactId === this.#artifactId);
    this.#exists = answer !== undefined;
    this.#written = textIn(answer);
    this.#hasWords = /\S/.test(this.#written);
    const turns = Array.from({ length: turn - begun }, (_, index) => answerId(begun + index));
    this.#before = turns.map((id) => textIn(earlier?.artifacts.find(({ artifactId }) => artifactId === id))).join('');
  }

  /** Characters that the attempt has said. */
  get said(): number {
    return (this.#told?.said ?? this.#before.length + this.#written.length) + this.#pendingText.length;
  }

  /** The attempt says its text again from some place on; nothing may be pending. What is the same is not told again. */
  sayAgain(from: number): void {
    const told = this.#before + this.#written;
    this.#told = new ToldText(told, Math.min(from, this.said));
    if (this.#told.isOver) this.#told = undefined;
  }

  /** True while the text ends with half of a surrogate pair. */
  get endsInHalf(): boolean {
    return this.#text.half !== '';
  }

  get hasPendingText(): boolean {
    return this.#pendingText !== '';
  }

  get hasPendingReasoning(): boolean {
    return this.#pendingReasoning !== '';
  }

  /** Characters that are pending. */
  get pending(): number {
    return this.#pendingText.length + this.#pendingReasoning.length;
  }

  addText(text: string): void {
    this.#hasWords ||= /\S/.test(text);
    this.#pendingText += this.#text.add(text);
  }

  addReasoning(text: string): void {
    this.#pendingReasoning += this.#reasoning.add(text);
  }

  /**
   * Events for what is pending, in order. No piece of an answer is marked as the last one: which piece that is would depend on
   * timing, and some clients keep only the last one. The status marks the end, and the task with which a stream ends.
   */
  take(): TaskEvent[] {
    const events: TaskEvent[] = [];
    if (this.#pendingReasoning) {
      events.push(engineEvent(this.#target, { type: 'reasoning-delta', text: this.#pendingReasoning }));
      this.#pendingReasoning = '';
    }
    if (this.#pendingText) {
      const text = this.#pendingText;
      this.#pendingText = '';
      events.push(...(this.#told ? this.#retold(this.#told, text) : this.#appended(text)));
    }
    return events;
  }

  #appended(text: string): TaskEvent[] {
    this.#written += text;
    return this.#updates(text, { append: this.#exists, lastChunk: false });
  }

  #retold(told: ToldText, text: string): TaskEvent[] {
    const { kind, ...rest } = { text: '', ...told.say(text) };
    if (kind === 'other') return this.#replaced(rest.text);
    if (told.isOver) this.#told = undefined;
    return kind === 'more' ? this.#appended(rest.text) : [];
  }

  /** The attempt has said something else than what readers have. @param text all that it has said */
  #replaced(text: string): TaskEvent[] {
    this.#told = undefined;
    const reset = this.#written !== '' && { metadata: RESET };
    // What an earlier turn has told stays, so this turn tells all of it again if the difference is in there.
    this.#written = text.startsWith(this.#before) ? text.slice(this.#before.length) : text;
    return this.#updates(this.#written, { append: false, lastChunk: false, ...reset });
  }

  /** The attempt ends its text here: what readers have after it is void. */
  endRetelling(): TaskEvent[] {
    const events = this.takeAll();
    const told = this.#told;
    if (!told) return events;
    const { text } = told;
    this.#told = undefined;
    return text.length < this.#before.length ? events : [...events, ...this.#replaced(text)];
  }

  /** The last events for what is pending; half of a pair no longer waits. */
  takeAll(): TaskEvent[] {
    this.#pendingReasoning += this.#reasoning.end();
    this.#pendingText += this.#text.end();
    return this.take();
  }

  /**
   * The answer's last events.
   *
   * @param finalText the whole answer; replaces what was streamed unless it begins with that. Default: what was streamed
   */
  finish(finalText?: string): FinishedAnswer {
    const retold = this.#told ? this.endRetelling() : [];
    const rest = finalText?.startsWith(this.#before) === true ? finalText.slice(this.#before.length) : finalText;
    const { events, ...finished } = this.#finish(rest);
    return { ...finished, events: [...retold, ...events] };
  }

  #finish(finalText?: string): FinishedAnswer {
    const streamed = this.#written + this.#pendingText + this.#text.half;
    // A long text is not compared with itself.
    if (finalText === undefined) return { finalText: streamed, isBlank: !this.#hasWords, events: this.takeAll() };
    const isBlank = finalText.trim() === '';
    if (finalText.startsWith(streamed)) {
      this.addText(finalText.slice(streamed.length));
      return { finalText, isBlank, events: this.takeAll() };
    }
    this.dropPendingText();
    const events = this.takeAll();
    const reset = this.#written !== '' && { metadata: RESET };
    events.push(...this.#updates(finalText, { append: false, lastChunk: true, ...reset }));
    return { finalText, isBlank, events };
  }

  dropPendingText(): void {
    this.#pendingText = '';
    this.#text.end();
  }

  /** Empties the answer. Undefined: the log holds no text of it. */
  reset(): TaskEvent | undefined {
    this.#told = undefined;
    if (this.#written === '') return undefined;
    this.#written = '';
    this.#hasWords = false;
    return this.#update([textPart('')], { append: false, lastChunk: false, metadata: RESET });
  }

  discard(): void {
    this.#pendingText = '';
    this.#pendingReasoning = '';
  }

  /** A long text becomes several updates, so that no event is large. */
  #updates(text: string, options: AnswerUpdate): TaskEvent[] {
    const events: TaskEvent[] = [];
    for (let from = 0, to = 0; from < text.length || events.length === 0; from = to) {
      to = endOfPiece(text, from);
      const isLast = to === text.length;
      const later = { append: true, lastChunk: options.lastChunk && isLast };
      const first = { ...options, lastChunk: later.lastChunk };
      events.push(this.#update([textPart(text.slice(from, to))], from === 0 ? first : later));
    }
    return events;
  }

  #update(parts: readonly Part[], options: AnswerUpdate): TaskEvent {
    this.#exists = true;
    return artifactEvent(this.#target, { id: this.#artifactId, name: 'answer', parts }, options);
  }
}

/** Where a piece of a text ends that begins at `from`: never within a surrogate pair. */
function endOfPiece(text: string, from: number): number {
  const end = from + MOST_CHARACTERS;
  if (end >= text.length) return text.length;
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return isHalf ? end - 1 : end;
}
