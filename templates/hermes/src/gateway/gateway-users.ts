import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FileLock, tryLock } from './file-lock.js';

const DOOR = 'door.lock';
const DOOR_INTERVAL_MS = 50;

/**
 * The runtimes that use the Hermes of one state directory: replicas, or the old and the new process of a deploy. Each holds
 * the lock of a file of its own, which ends with it. Hermes is started, replaced and ended by one at a time, and ended only
 * by the last one.
 */
export class GatewayUsers {
  readonly #dir: string;
  readonly #name = `${randomUUID()}.lock`;
  #lock: FileLock | undefined;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Registers this process as a user of the Hermes whose users are recorded in `dir`. */
  static async join(dir: string): Promise<GatewayUsers> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const users = new GatewayUsers(dir);
    // Under the lock, because a process that counts the users treats a file without a lock as left by a dead process.
    await users.alone(async () => {
      users.#lock = tryLock(join(dir, users.#name));
    });
    return users;
  }

  /** Does `work` while no other user does any. */
  async alone<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    let door = tryLock(join(this.#dir, DOOR));
    while (door === undefined) {
      await delay(DOOR_INTERVAL_MS, undefined, { signal });
      door = tryLock(join(this.#dir, DOOR));
    }
    try {
      return await work();
    } finally {
      door.release();
    }
  }

  /** True when other processes use this Hermes. What the dead have left is removed. To be asked inside `alone`. */
  async haveOthers(): Promise<boolean> {
    const names = (await readdir(this.#dir)).filter((name) => name.endsWith('.lock'));
    let found = false;
    for (const name of names.filter((other) => other !== DOOR && other !== this.#name)) {
      const dead = tryLock(join(this.#dir, name));
      if (dead === undefined) {
        found = true;
        continue;
      }
      await rm(join(this.#dir, name), { force: true });
      dead.release();
    }
    return found;
  }

  /** Is a user no longer. */
  async leave(): Promise<void> {
    await rm(join(this.#dir, this.#name), { force: true });
    this.#lock?.release();
  }
}
