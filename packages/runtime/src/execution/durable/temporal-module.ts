import { isModuleNotFound } from '../../support/is-module-not-found.js';

/** The optional peer as a value; at build time only its types are needed. */
export type TemporalModule = typeof import('@molecule/temporal');

const PEER = '@molecule/temporal';

/** The peer; undefined if the template has not installed it. */
export async function importTemporal(): Promise<TemporalModule | undefined> {
  try {
    return await import('@molecule/temporal');
  } catch (error) {
    if (isModuleNotFound(error, PEER)) return undefined;
    throw error;
  }
}
