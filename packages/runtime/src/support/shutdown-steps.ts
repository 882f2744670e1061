import type { Logger } from '@molecule/adapters';

/** Steps of a shutdown, run in the reverse order of `add`. A failing step does not skip the others. */
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
        logger.error('a shutdown step failed', { part: step.name, error });
      }
    }
  }
}
