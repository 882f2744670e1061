import { readFileSync } from 'node:fs';

/** What the task log, Temporal, engines and their processes need, at the least. */
const OTHERS = 128;
/** Of the rest, engines get a quarter. */
const SHARE = 0.75;
const LEAST = 8;
const MOST = 10_000;
/** Where the system does not say, what it allows by default. */
const USUAL_DESCRIPTORS = 1024;

/** How many connections a server takes that was not told: as many as the process's file descriptors leave room for. */
export function defaultMaxConnections(descriptors: number = descriptorLimit()): number {
  return Math.min(MOST, Math.max(LEAST, Math.floor((descriptors - OTHERS) * SHARE)));
}

/** The process's own limit. Node raises the soft one to the hard one when it starts. */
function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft ?? USUAL_DESCRIPTORS);
  } catch {
    // Other systems than Linux have no such file.
    return USUAL_DESCRIPTORS;
  }
}
