import type { InputAnswer, StepEvent } from '@molecule/adapters';
import type { RecordedStep, StepJournal, StepPage, StepRecord } from '@molecule/adapters/steps';
import type { TaskReader } from '../../tasks/log/task-reader.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnRecorder } from '../recording/turn-recorder.js';
import type { StepFiles } from './step-files.js';
import { answersToSteps } from './turn-factory.js';

/** A larger result is stored as a blob. Characters of JSON. */
const INLINE_CHARACTERS = 1024 * 1024;

/** A step as it is stored. `run`: the turn to which it belongs. */
interface StoredStep extends StepRecord {
  readonly run: number;
  /** Absent: it has none, or it is in a blob. */
  readonly result?: unknown;
  readonly digest?: string;
}

export interface TurnJournalOptions {
  readonly writer: TaskWriter;
  readonly recorder: TurnRecorder;
  readonly reader: Pick<TaskReader, 'steps'>;
  readonly files: StepFiles | undefined;
  /** Aborted when the attempt must stop. */
  readonly signal: AbortSignal;
  /** Called for each sign of life. */
  readonly heard: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The steps of an attempt, in the task log. */
export class TurnJournal implements StepJournal {
  readonly #options: TurnJournalOptions;
  readonly #turn: number;
  readonly run: string;
  readonly resumes: boolean;
  readonly answers: readonly InputAnswer[];
  /** The number of the last step. */
  #seq = 0;

  constructor(options: TurnJournalOptions) {
    const { record } = options.writer;
    this.#options = options;
    this.#turn = record.run?.turn ?? record.input.turn;
    this.run = `${record.taskId}:${this.#turn}`;
    this.resumes = record.run !== undefined;
    this.answers = answersToSteps(record);
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  now(): number {
    return this.#options.now();
  }

  async read(after: number): Promise<StepPage> {
    const { writer, reader } = this.#options;
    // Nothing can have been recorded before the first attempt.
    if (writer.attempt === 1 && writer.record.turn === 1) return { steps: [], next: 0, more: false };
    const { rows, more } = await reader.steps(writer.record.taskId, after);
    const stored = rows.map(({ content }) => JSON.parse(content) as StoredStep);
    const next = rows.at(-1)?.seq ?? after;
    this.#seq = Math.max(this.#seq, next);
    const steps = stored.filter(({ run }) => run === this.#turn).map((step) => this.#recorded(step));
    return { steps, next, more };
  }

  async record(step: StepRecord, result: string | undefined, events: readonly StepEvent[]): Promise<void> {
    const { recorder, files, heard } = this.#options;
    const seq = ++this.#seq;
    const told: StepEvent[] = [];
    for (const event of events) told.push(files ? await files.stored(event, this.signal) : event);
    const isLarge = result !== undefined && result.length > INLINE_CHARACTERS;
    const digest = isLarge ? await files?.put(result) : undefined;
    const json = JSON.stringify({ run: this.#turn, ...step, ...(digest !== undefined && { digest }) });
    const inline = result !== undefined && digest === undefined ? `,"result":${result}` : '';
    const row = { seq, content: `${json.slice(0, -1)}${inline}}`, ...(digest !== undefined && { digest }) };
    await recorder.recordStep(row, told);
    heard();
  }

  async tell(event: StepEvent): Promise<void> {
    const { recorder, files, heard } = this.#options;
    heard();
    // Nothing is awaited before a word, so that it keeps its place among those that the engine yields.
    const hasFiles = event.type === 'file' || event.type === 'artifact';
    await recorder.accept(files && hasFiles ? await files.stored(event, this.signal) : event);
    heard();
  }

  keepArtifacts(ids: readonly string[]): void {
    if (ids.length > 0) this.#options.recorder.keepArtifacts(ids);
  }

  said(): number {
    return this.#options.recorder.said;
  }

  unsay(characters: number): Promise<void> {
    return this.#options.recorder.sayAgain(characters);
  }

  #recorded({ run: _run, result, digest, ...step }: StoredStep): RecordedStep {
    const { files } = this.#options;
    const isInline = digest === undefined || files === undefined;
    return {
      ...step,
      result: async () => (isInline ? result : (JSON.parse(await files.read(digest)) as unknown)),
    };
  }
}
