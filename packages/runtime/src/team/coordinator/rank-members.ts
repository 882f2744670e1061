import type { TeamPeer } from '../delegation/team-peer.js';

/** Words of four letters or more; shorter ones do not characterize a task. */
const WORD = /[\p{L}\p{N}]{4,}/gu;
/** Words that share this many first letters count as one: report, reports, reporting. */
const STEM = 5;

const AVAILABLE: Readonly<Record<string, number>> = { online: 2, degraded: 1 };

/**
 * The members, best first: present before offline, then by the number of the task's words in their skills and descriptions, then healthy
 * before degraded, then the least busy first. A degraded member whose skills fit comes first, because only turns show that it has recovered.
 */
export function rankMembers(task: string, members: readonly TeamPeer[]): readonly TeamPeer[] {
  const fitness = fitnessFor(task);
  return [...members].sort(
    (left, right) =>
      fitness(right) - fitness(left) ||
      availability(right) - availability(left) ||
      (left.activeTasks ?? 0) - (right.activeTasks ?? 0),
  );
}

/** True unless the member is known to be offline. */
export function isAvailable(member: TeamPeer): boolean {
  return availability(member) > 0;
}

/** True if `one` would rank above `other` with both online. */
export function fitsBetter(task: string, one: TeamPeer, other: TeamPeer): boolean {
  const wanted = stems(task);
  return scoreOf(wanted, one) > scoreOf(wanted, other);
}

/** The ranked members that fit as well as the first. */
export function equallyFit(task: string, [first, ...others]: readonly TeamPeer[]): readonly TeamPeer[] {
  if (!first) return [];
  const fitness = fitnessFor(task);
  const isEqual = (member: TeamPeer) =>
    fitness(member) === fitness(first) && availability(member) === availability(first);
  return [first, ...others.filter(isEqual)];
}

function fitnessFor(task: string): (member: TeamPeer) => number {
  const wanted = stems(task);
  // Availability outweighs any number of matching words.
  return (member) => Math.min(1, availability(member)) * 1_000_000 + scoreOf(wanted, member);
}

/** An unknown status counts as available. */
function availability({ status }: TeamPeer): number {
  return status === undefined || status === 'unknown' ? 1 : (AVAILABLE[status] ?? 0);
}

function scoreOf(wanted: ReadonlySet<string>, { name, role, description, skills = [] }: TeamPeer): number {
  const abilities = stems(
    skills.map((skill) => `${skill.id ?? ''} ${skill.name} ${skill.description ?? ''}`).join(' '),
  );
  const about = stems(`${name} ${role ?? ''} ${description ?? ''}`);
  // A match in a skill counts twice as much as one in a description.
  return [...wanted].reduce((sum, word) => sum + (abilities.has(word) ? 2 : 0) + (about.has(word) ? 1 : 0), 0);
}

function stems(text: string): ReadonlySet<string> {
  return new Set((text.toLowerCase().match(WORD) ?? []).map((word) => word.slice(0, STEM)));
}
