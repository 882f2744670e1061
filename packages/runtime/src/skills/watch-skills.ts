import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { SKILLS_DIRECTORY } from './load-skills.js';

/** An editor writes a file in several steps, and a checkout many files. */
const QUIET_MS = 150;

export interface WatchOptions {
  readonly configDir: string;
  /** True for what lies directly beside `config.yaml` and is of interest. */
  readonly isWatched: (name: string) => boolean;
  /** Called once things have been quiet for 150 ms. Its failures are the caller's to handle. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/**
 * Tells of changes to the skills, and of other files beside `config.yaml`. Where the operating system cannot watch, it is
 * said once, and changes count from the next start.
 */
export function watchSkills({ configDir, isWatched, onChange, logger }: WatchOptions): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let below: FSWatcher | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
    timer.unref();
  };
  const failed = (error: unknown) => {
    logger.warn('changes of prompts and skills are not seen until the next start', { error });
  };
  const watchBelow = () => {
    below?.close();
    below = undefined;
    try {
      below = watch(join(configDir, SKILLS_DIRECTORY), { recursive: true, persistent: false }, changed);
      // The directory was removed: the watch above sees it come back.
      below.on('error', () => below?.close());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failed(error);
    }
  };
  let beside: FSWatcher | undefined;
  try {
    beside = watch(configDir, { persistent: false }, (_event, name) => {
      if (name === SKILLS_DIRECTORY) watchBelow();
      if (name === null || name === SKILLS_DIRECTORY || isWatched(name)) changed();
    });
    beside.on('error', failed);
  } catch (error) {
    failed(error);
  }
  watchBelow();
  return {
    close() {
      clearTimeout(timer);
      beside?.close();
      below?.close();
    },
  };
}
