import type { Response } from 'express';
import { callerOf } from '../../serving/a2a/caller.js';
import type { Principal } from '../../serving/access/principal.js';
import { contextOf } from '../../serving/http/guards/authenticate.js';
import { insufficientScope } from '../../tasks/a2a-errors.js';
import { type Query, textIn } from './query.js';

/** The value of `owner` that means the tasks of all owners. */
const ALL_OWNERS = '*';

/** Who looks at the console. */
export type Viewer = Principal;

export function viewerOf(response: Response): Viewer {
  return callerOf(contextOf(response));
}

/** True if the viewer may see the tasks of all owners. */
export function seesAllOwners({ scopes }: Viewer): boolean {
  return scopes.has('admin');
}

/** True if the viewer may see what belongs to this owner. */
export function maySee(viewer: Viewer, owner: string): boolean {
  return owner === viewer.owner || seesAllOwners(viewer);
}

/**
 * The owner whose tasks a request asks for: by default the viewer's own. Undefined: those of all owners.
 *
 * @throws {A2AError} `INSUFFICIENT_SCOPE` for those of others without the scope `admin`
 */
export function ownerIn(query: Query, viewer: Viewer): string | undefined {
  const owner = textIn(query, 'owner') ?? viewer.owner;
  if (owner === viewer.owner) return owner;
  if (!seesAllOwners(viewer)) throw insufficientScope('admin');
  return owner === ALL_OWNERS ? undefined : owner;
}
