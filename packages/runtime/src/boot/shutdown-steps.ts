import type { Logger } from '@molecule/adapters';

/** What must be undone at the end, in the reverse order of its making. One step's failure does not skip the rest. */
export class ShutdownSteps {
  readonly #steps: { readonly name: string; readonly run: () => unknown }[] = [];

  add(name: string, run: () => unknown): void {
    this.#steps.push({ name, run });
  }

  async runAll(logger: Logger): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.run();
      } catch (error) {
        logger.error('a part could not be stopped cleanly', { part: step.name, error });
      }
    }
  }
}
