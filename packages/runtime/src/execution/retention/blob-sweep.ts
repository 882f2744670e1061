import type { Logger } from '@molecule/adapters';
import type { Clock } from '../../support/clock.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';

/** How often blobs that no task names are looked for after a deletion. This reads the names and times of all blobs. */
const EVERY_MS = 10 * 60_000;
/** How long after a deletion, since a blob of a deleted task is removed only when it is older than an hour. */
const AFTER_DELETION_MS = 80 * 60_000;
/** How often without a deletion. Then only interrupted writes and deletions of other processes leave such blobs. */
const LONGEST_MS = 24 * 60 * 60_000;

export interface BlobSweepOptions {
  readonly blobs: Pick<Blobs, 'removeUnreferenced'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** Removes blobs that no task names: soon after tasks were deleted, and otherwise once a day. */
export class BlobSweep {
  readonly #options: BlobSweepOptions;
  #ranAt = Number.NEGATIVE_INFINITY;
  #deletedAt = Number.NEGATIVE_INFINITY;

  constructor(options: BlobSweepOptions) {
    this.#options = options;
  }

  /** Call it when tasks or their files were deleted. */
  afterDeletion(): void {
    this.#deletedAt = this.#options.clock.now();
  }

  /** Removes them if it is time. */
  async run(): Promise<void> {
    const { blobs, clock, logger } = this.#options;
    const now = clock.now();
    const everyMs = now - this.#deletedAt < AFTER_DELETION_MS ? EVERY_MS : LONGEST_MS;
    if (now - this.#ranAt < everyMs) return;
    this.#ranAt = now;
    const removed = await blobs.removeUnreferenced();
    if (removed.blobs > 0) logger.info('files that no task names were deleted', { ...removed });
  }
}
