/**
 * Unique ids for the calls of a turn. The model's provider assigns the ids, and some providers restart their numbering with
 * each answer.
 */
export class CallIds {
  readonly #seen = new Map<string, number>();
  /** By the provider's id: the event's id of the call that has it now. */
  readonly #open = new Map<string, string>();

  /** A call begins: the id that its events have. */
  open(id: string): string {
    const count = (this.#seen.get(id) ?? 0) + 1;
    this.#seen.set(id, count);
    // A provider may give none, against its types.
    const named = id || 'call';
    const unique = count === 1 ? named : `${named}#${count}`;
    this.#open.set(id, unique);
    return unique;
  }

  /** The id of the call that runs under this id of the provider's. */
  get(id: string): string | undefined {
    return this.#open.get(id);
  }

  /** The same, of a call that has ended. */
  close(id: string): string | undefined {
    const unique = this.#open.get(id);
    this.#open.delete(id);
    return unique;
  }
}
