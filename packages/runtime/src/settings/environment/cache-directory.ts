import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from './env.js';

/** The directory for downloads that workspaces share: `$XDG_CACHE_HOME/molecule`, else `~/.cache/molecule`. */
export function cacheDirectory(environment: Env): string {
  const { XDG_CACHE_HOME: cacheHome, HOME: home } = environment as { XDG_CACHE_HOME?: string; HOME?: string };
  if (cacheHome) return join(cacheHome, 'molecule');
  return home ? join(home, '.cache', 'molecule') : join(tmpdir(), 'molecule-cache');
}
