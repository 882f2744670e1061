import { isModuleNotFound } from './is-module-not-found.js';

/** The optional peer, as a value: its types alone are known at build time. */
export type TemporalModule = typeof import('@molecule/temporal');

const PEER = '@molecule/temporal';

/** The peer when the template has installed it; undefined when it has not. */
export async function importTemporal(): Promise<TemporalModule | undefined> {
  try {
    return await import('@molecule/temporal');
  } catch (error) {
    if (isModuleNotFound(error, PEER)) return undefined;
    throw error;
  }
}
