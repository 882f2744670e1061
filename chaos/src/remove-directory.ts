import { rm } from 'node:fs/promises';

/** Removes a directory and its content. It tries again, since a killed process may still write for a moment. */
export function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
