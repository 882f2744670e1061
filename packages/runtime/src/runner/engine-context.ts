import { ANONYMOUS } from '../access/access-control.js';

/**
 * The name under which an engine keeps a conversation. Context ids are the callers' to choose, so two owners may choose
 * the same one, by chance or to listen in; what the engine remembers of one must not be told to the other.
 */
export function engineContext(owner: string, contextId: string): string {
  // An owner's name holds no colon, so that no two pairs have one name.
  return owner === ANONYMOUS ? contextId : `${owner}:${contextId}`;
}
