/** The boots of a workspace that are alive. If the boot of a turn is dead, another one may claim the turn. */
export interface Boots {
  /** The id of this process's boot, which its claims have. */
  readonly id: string;
  /** True also if the state of the boot is unknown, because a living process must not lose its turns. */
  isAlive(id: string): Promise<boolean>;
  /** How many boots are alive, this one included. If it cannot be found out, the last known number. */
  count(): Promise<number>;
  /**
   * Calls `listener` when other processes may soon count this boot as dead although its process lives: it must stop its turns before. At
   * once if that is so already.
   * `regained` resolves when the process has a boot again, with a new id. Absent: a boot ends with its process only.
   */
  onLost?(listener: (regained: Promise<void>) => void): void;
  /** For a process that ends: from now on this boot is not alive. */
  release(): Promise<void>;
}

/** Whether this process has lost its boot. */
export class BootLoss {
  #lost = 0;

  /** @param onLost called at each loss, after `isLost` is true */
  constructor(boots: Pick<Boots, 'onLost'>, onLost: () => void) {
    boots.onLost?.((regained) => {
      this.#lost++;
      onLost();
      void regained.then(() => this.#lost--);
    });
  }

  get isLost(): boolean {
    return this.#lost > 0;
  }
}
