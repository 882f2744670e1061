import type { JsonValue } from '@molecule/adapters';

/** A checkpoint that waits for the other half of a character. A newer one takes the place of an older one. */
export class HeldCheckpoint {
  #held: { readonly state: JsonValue; readonly saved: PromiseWithResolvers<void> } | undefined;

  /** Resolves when it is saved, or dropped. */
  hold(state: JsonValue): Promise<void> {
    this.drop();
    const saved = Promise.withResolvers<void>();
    this.#held = { state, saved };
    return saved.promise;
  }

  /** Saves it, if there is one. Its failure is that of {@link hold}. */
  async release(save: (state: JsonValue) => Promise<void>): Promise<void> {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    await save(held.state).then(held.saved.resolve, held.saved.reject);
  }

  drop(): void {
    this.#held?.saved.resolve();
    this.#held = undefined;
  }
}
