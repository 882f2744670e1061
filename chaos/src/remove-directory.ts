import { rm } from 'node:fs/promises';

/** Removes a directory with all that is in it; what killed processes left may still be written to for a moment. */
export function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
