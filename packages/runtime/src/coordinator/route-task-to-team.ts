import { MoleculeError } from '@molecule/adapters';
import type { Delegator } from '../delegation/delegator.js';
import { reasonOf } from '../delegation/peer-client.js';
import type { TeamPeer } from '../delegation/team-peer.js';
import { equallyFit, fitsBetter, isThere, rankMembers } from './rank-members.js';

/** A part of a task is given to this many members, one after the other, before it is told as undone. */
const MOST_MEMBERS = 3;

export interface RouteOptions {
  readonly delegator: Pick<Delegator, 'delegate'>;
  readonly members: readonly TeamPeer[];
  /** Done at the same time; each by the member that fits it. */
  readonly parts: readonly string[];
  /** The member to be asked first. */
  readonly preferred?: string;
  readonly parentTask: string;
  readonly signal: AbortSignal;
}

/** A member that was asked and could not do it, or that would have been asked if it had been there. */
interface FailedTry {
  readonly member: string;
  readonly reason: string;
}

/** What came of one part. */
export interface RoutedPart {
  readonly task: string;
  readonly done: boolean;
  /** Who did it. */
  readonly member?: string;
  readonly answer?: string;
  readonly failed: readonly FailedTry[];
}

/**
 * Gives each part to the member that fits it best, all at once, and to the next best when one is not there or fails.
 * Never throws for a member's failure: it is told in the part.
 *
 * @throws the signal's reason when it is aborted
 */
export function routeTaskToTeam(options: RouteOptions): Promise<readonly RoutedPart[]> {
  return Promise.all(options.parts.map((part, index) => route(part, index, options)));
}

async function route(task: string, index: number, options: RouteOptions): Promise<RoutedPart> {
  const { delegator, parentTask, signal } = options;
  const { candidates, failed } = plan(task, index, options);
  for (const { id, name } of candidates) {
    try {
      const { state, answer } = await delegator.delegate({ parentTask, peerId: id, text: task, mode: 'wait', signal });
      if (state === 'completed') return { task, done: true, member: name, answer: answer ?? '', failed };
      failed.push({ member: name, reason: state === 'input-required' ? `it asks: ${answer}` : (answer ?? state) });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ member: name, reason: MoleculeError.is(error) ? error.message : reasonOf(error) });
    }
  }
  return { task, done: false, failed };
}

interface Plan {
  /** In the order in which they are asked. */
  readonly candidates: readonly TeamPeer[];
  /** Those that should have come first and are not asked. */
  readonly failed: FailedTry[];
}

/** Members that are away are asked only when nobody is there: they may be back. */
function plan(task: string, index: number, { members, preferred, parts }: RouteOptions): Plan {
  const present = members.filter(isThere);
  const ranked = rankMembers(task, present.length > 0 ? present : members);
  const isPreferred = ({ id, name }: TeamPeer) => id === preferred || name === preferred;
  const named = ranked.find(isPreferred);
  // Where several fit equally well, the parts are spread over them.
  const equals = equallyFit(task, ranked);
  const first = named ?? equals[(parts.length > 1 ? index : 0) % equals.length];
  const candidates = [...(first ? [first] : []), ...ranked.filter((member) => member !== first)];
  const away = members.filter((member) => !ranked.includes(member));
  const missed = away.filter((member) => isPreferred(member) || (first && !named && fitsBetter(task, member, first)));
  const failed = missed.map(({ name, status }) => ({ member: name, reason: `it was not asked: it is ${status}` }));
  if (preferred !== undefined && !members.some(isPreferred)) {
    failed.unshift({ member: preferred, reason: 'it was not asked: there is no such member' });
  }
  return { candidates: candidates.slice(0, MOST_MEMBERS), failed };
}
