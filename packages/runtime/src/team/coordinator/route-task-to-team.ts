import { failureText } from '../../support/network/reason-of.js';
import type { Delegator } from '../delegation/delegator.js';
import type { TeamPeer } from '../delegation/team-peer.js';
import { equallyFit, fitsBetter, isAvailable, rankMembers } from './rank-members.js';

/** The largest number of members that one part is given to, one after the other. */
const MOST_MEMBERS = 3;

export interface RouteOptions {
  readonly delegator: Pick<Delegator, 'delegate'>;
  readonly members: readonly TeamPeer[];
  /** Run at the same time, each by the member that fits it best. */
  readonly parts: readonly string[];
  /** The member to try first, by id or name. */
  readonly preferred?: string;
  readonly parentTask: string;
  readonly owner: string;
  readonly signal: AbortSignal;
}

/** A member that failed, or that would have been tried if it had been online. */
interface FailedTry {
  readonly member: string;
  readonly reason: string;
}

/** The outcome of one part. */
export interface RoutedPart {
  readonly task: string;
  readonly done: boolean;
  /** The member that completed it. */
  readonly member?: string;
  readonly answer?: string;
  readonly failed: readonly FailedTry[];
}

/**
 * Delegates each part to the member that fits it best, all at the same time. If that member is offline or fails, the next
 * best one is tried. A member's failure is part of the result and never thrown.
 *
 * @throws the signal's reason if it is aborted
 */
export function routeTaskToTeam(options: RouteOptions): Promise<readonly RoutedPart[]> {
  return Promise.all(options.parts.map((part, index) => route(part, index, options)));
}

async function route(task: string, index: number, options: RouteOptions): Promise<RoutedPart> {
  const { delegator, parentTask, owner, signal } = options;
  const { candidates, failed } = plan(task, index, options);
  for (const { id, name } of candidates) {
    try {
      const { state, answer } = await delegator.delegate({
        parentTask,
        owner,
        peerId: id,
        text: task,
        mode: 'wait',
        signal,
      });
      if (state === 'completed') return { task, done: true, member: name, answer: answer ?? '', failed };
      failed.push({ member: name, reason: state === 'input-required' ? `it asks: ${answer}` : (answer ?? state) });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ member: name, reason: failureText(error) });
    }
  }
  return { task, done: false, failed };
}

interface Plan {
  /** In the order in which they are tried. */
  readonly candidates: readonly TeamPeer[];
  /** Better members that are not tried. */
  readonly failed: FailedTry[];
}

/** Offline members are tried only if no member is online. */
function plan(task: string, index: number, { members, preferred, parts }: RouteOptions): Plan {
  const present = members.filter(isAvailable);
  const ranked = rankMembers(task, present.length > 0 ? present : members);
  const isPreferred = ({ id, name }: TeamPeer) => id === preferred || name === preferred;
  const named = ranked.find(isPreferred);
  // If several fit equally well, the parts are distributed over them.
  const equals = equallyFit(task, ranked);
  const first = named ?? equals[(parts.length > 1 ? index : 0) % equals.length];
  const candidates = [...(first ? [first] : []), ...ranked.filter((member) => member !== first)];
  const skipped = members.filter((member) => !ranked.includes(member));
  const missed = skipped.filter(
    (member) => isPreferred(member) || (first && !named && fitsBetter(task, member, first)),
  );
  const failed = missed.map(({ name, status }) => ({ member: name, reason: `it was not tried: it is ${status}` }));
  if (preferred !== undefined && !members.some(isPreferred)) {
    failed.unshift({ member: preferred, reason: 'it was not tried: there is no such member' });
  }
  return { candidates: candidates.slice(0, MOST_MEMBERS), failed };
}
