import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory outside every workspace, which is removed at the end. */
export interface OutsideDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Creates it. Throws if a file in a parent directory would affect it. */
export async function makeOutsideDirectory(prefix: string): Promise<OutsideDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `molecule-${prefix}-`)));
  for (let above = path; above !== dirname(above); above = dirname(above)) {
    for (const leak of ['node_modules', 'pnpm-workspace.yaml', 'package.json']) {
      if (existsSync(join(above, leak))) throw new Error(`${join(above, leak)} would leak into ${path}`);
    }
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
