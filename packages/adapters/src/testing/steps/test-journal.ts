import type { StepEvent } from '../../contract/steps.js';
import type { InputAnswer } from '../../contract/turn.js';
import type { StepJournal, StepRecord } from '../../steps/step-journal.js';

interface Row {
  readonly step: StepRecord;
  readonly result: string | undefined;
}

/** Steps in memory, by run. They outlive the engines that record them. */
export class TestStepStore {
  readonly #runs = new Map<string, Row[]>();

  rowsOf(run: string): Row[] {
    const rows = this.#runs.get(run) ?? [];
    this.#runs.set(run, rows);
    return rows;
  }
}

/** The journal of one attempt. What it tells goes to `told`. */
export class TestJournal implements StepJournal {
  readonly run: string;
  readonly signal: AbortSignal;
  readonly answers: readonly InputAnswer[];
  readonly #rows: Row[];
  readonly #earlier: number;
  readonly #told: (events: readonly StepEvent[]) => void;
  #text = '';
  #isUsed = false;

  constructor(
    store: TestStepStore,
    run: string,
    options: {
      readonly signal: AbortSignal;
      readonly answers?: readonly InputAnswer[];
      readonly told?: (events: readonly StepEvent[]) => void;
    },
  ) {
    this.run = run;
    this.signal = options.signal;
    this.answers = options.answers ?? [];
    this.#rows = store.rowsOf(run);
    this.#earlier = this.#rows.length;
    this.#told = options.told ?? (() => {});
  }

  /** True once a step was called. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  get resumes(): boolean {
    return this.answers.length > 0;
  }

  now(): number {
    return Date.now();
  }

  async read() {
    this.#isUsed = true;
    const steps = this.#rows.slice(0, this.#earlier).map(({ step, result }) => ({
      ...step,
      result: async () => (result === undefined ? undefined : (JSON.parse(result) as unknown)),
    }));
    return { steps, next: this.#earlier, more: false };
  }

  async record(step: StepRecord, result: string | undefined, events: readonly StepEvent[]): Promise<void> {
    this.#rows.push({ step, result });
    this.#told(events);
  }

  async tell(event: StepEvent): Promise<void> {
    this.heard(event);
    this.#told([event]);
  }

  /** What the engine has yielded counts as said, too. */
  heard(event: { readonly type: string; readonly text?: string }): void {
    if (event.type === 'reset') this.#text = '';
    if (event.type === 'text-delta') this.#text += event.text ?? '';
  }

  keepArtifacts(): void {}

  said(): number {
    return this.#text.length;
  }

  async unsay(characters: number): Promise<void> {
    const text = this.#text.slice(0, characters);
    this.#told([{ type: 'reset' }, ...(text === '' ? [] : [{ type: 'text-delta', text } as const])]);
    this.#text = text;
  }
}
