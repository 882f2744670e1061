import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { SKILLS_DIRECTORY } from './load-skills.js';

/** Collects changes into one call: an editor writes a file in several steps, and a checkout writes many files. */
const QUIET_MS = 150;

export interface WatchOptions {
  readonly configDir: string;
  /** True for names directly beside `config.yaml` whose changes count. */
  readonly isWatched: (name: string) => boolean;
  /** Called 150 ms after the last change. It must not throw. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/**
 * Watches the skills and other files beside `config.yaml`. If the operating system cannot watch them, one warning is
 * logged, and changes take effect at the next start.
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
    logger.warn('files cannot be watched; changes of prompts and skills take effect at the next start', { error });
  };
  const watchBelow = () => {
    below?.close();
    below = undefined;
    try {
      below = watch(join(configDir, SKILLS_DIRECTORY), { recursive: true, persistent: false }, changed);
      // The directory was removed. The watch on its parent reports when it is created again.
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
