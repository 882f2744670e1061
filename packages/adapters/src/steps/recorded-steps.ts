import { EngineError } from '../errors/engine-error.js';
import type { RecordedStep, StepJournal } from './step-journal.js';
import type { StepCall } from './step-scope.js';

/** How many recorded steps an error shows. */
const SHOWN = 3;

/** The steps that were recorded before this attempt, read as far as they are asked for. */
export class RecordedSteps {
  readonly #journal: Pick<StepJournal, 'read'>;
  /** Those that were read and not asked for. */
  readonly #waiting = new Map<string, RecordedStep>();
  #next = 0;
  #more = true;
  #isEmpty = true;
  #reading: Promise<void> = Promise.resolve();

  constructor(journal: Pick<StepJournal, 'read'>) {
    this.#journal = journal;
  }

  /** True if nothing was recorded. */
  async isEmpty(): Promise<boolean> {
    if (this.#isEmpty && this.#more) await this.#read();
    return this.#isEmpty;
  }

  /**
   * What was recorded of a call; undefined if nothing was.
   *
   * @throws {EngineError} `steps-changed`
   */
  async find(call: StepCall): Promise<RecordedStep | undefined> {
    while (!this.#waiting.has(call.path) && this.#more) await this.#read();
    const found = this.#waiting.get(call.path);
    const isFree = call.overlaps || call.scope.overlaps || call.place === undefined;
    if (found) {
      const isMoved = found.place !== call.place && !isFree && found.overlaps !== true;
      if (isMoved) throw this.#changed(call);
      this.#waiting.delete(call.path);
      return found;
    }
    if (!isFree && this.#atPlaceOf(call)) throw this.#changed(call);
    return undefined;
  }

  #read(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (!this.#more) return;
      const { steps, next, more } = await this.#journal.read(this.#next);
      for (const step of steps) this.#waiting.set(step.path, step);
      this.#isEmpty &&= steps.length === 0;
      [this.#next, this.#more] = [next, more];
    });
    return this.#reading;
  }

  /** Another step that was recorded at the place of a call. */
  #atPlaceOf({ scope, place }: StepCall): RecordedStep | undefined {
    return [...this.#waiting.values()].find(
      (step) => step.place === place && step.overlaps !== true && isIn(step.path, scope.path),
    );
  }

  #changed({ scope, path, place = 0 }: StepCall): EngineError {
    const inScope = [...this.#waiting.values()].filter(
      (step) => isIn(step.path, scope.path) && step.place !== undefined,
    );
    const left = inScope.sort((one, other) => (one.place ?? 0) - (other.place ?? 0)).slice(0, SHOWN);
    const before = scope.called.filter((called) => called !== path);
    const recorded = [...before, ...left.map((step) => `[${step.path}]`)].join(' -> ');
    const where = scope.path === '' ? 'the turn' : `the step ${scope.path.slice(0, -1)}`;
    return new EngineError(
      'steps-changed',
      `The agent's steps are not those that were recorded. At place ${place} of ${where}, ${left[0]?.path ?? 'another step'} was recorded, and ${path} was called. Recorded: ${recorded}. Called: ${[...before, `[${path}]`].join(' -> ')}. Run code that makes the same steps until such turns have ended, or cancel the task.`,
    );
  }
}

function isIn(path: string, scope: string): boolean {
  return path.startsWith(scope) && !path.slice(scope.length).includes('/');
}
