/** Characters that all turns of a process together may keep while they cannot be written. */
const ALL = 64 * 1024 * 1024;
/** Characters that one turn may keep: a long answer, many times. Beyond it the engine waits. */
const ONE = 4 * 1024 * 1024;

/** How much of what turns say is kept in memory while the task log cannot be written. */
export class BacklogRoom {
  #taken = 0;

  /** Takes `weight` for a turn that keeps `own` already. False: there is no room. */
  take(weight: number, own: number): boolean {
    if (own + weight > ONE || this.#taken + weight > ALL) return false;
    this.#taken += weight;
    return true;
  }

  give(weight: number): void {
    this.#taken -= weight;
  }
}
