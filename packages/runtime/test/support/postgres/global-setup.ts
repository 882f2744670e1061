import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { sharedServer } from './shared-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the PostgreSQL server of this run is, once a test has needed it. */
    readonly postgresDirectory: string;
  }
}

/** Names the place of the run's PostgreSQL server. The first test that needs one starts it; it is stopped at the end of the run. */
export default function setup({ provide }: TestProject): () => Promise<void> {
  const directory = join(tmpdir(), `molecule-postgres-${crypto.randomUUID()}`);
  provide('postgresDirectory', directory);
  return async () => {
    if (!existsSync(directory)) return;
    await sharedServer(directory)?.kill();
    await rm(directory, { recursive: true, force: true });
  };
}
