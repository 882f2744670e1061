import { readFileSync } from 'node:fs';

/** File descriptors reserved for the task log, Temporal, engines and their processes. */
const OTHERS = 128;
/** The share of connections in the remaining descriptors; engines get the rest. */
const SHARE = 0.75;
const LEAST = 8;
const MOST = 10_000;
/** The usual limit, used if the system does not report its own. */
const USUAL_DESCRIPTORS = 1024;

/** The default limit of simultaneous connections, derived from the process's limit of file descriptors. */
export function defaultMaxConnections(descriptors: number = descriptorLimit()): number {
  return Math.min(MOST, Math.max(LEAST, Math.floor((descriptors - OTHERS) * SHARE)));
}

/** The process's limit of file descriptors. Node raises the soft limit to the hard limit when it starts. */
function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft ?? USUAL_DESCRIPTORS);
  } catch {
    // Only Linux has this file.
    return USUAL_DESCRIPTORS;
  }
}
