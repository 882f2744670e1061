import type { TeamPeer } from '../delegation/team-peer.js';

/** Words of three letters or fewer say nothing of a task. */
const WORD = /[\p{L}\p{N}]{4,}/gu;
/** Words that share so many first letters are taken for one: plan, planned, planning. */
const STEM = 5;

const AVAILABLE: Readonly<Record<string, number>> = { online: 2, degraded: 1 };

/**
 * The members in the order in which they should be asked: those that are there before those that are not, then by how
 * many words of the task their skills and descriptions hold, then the least busy one.
 */
export function rankMembers(task: string, members: readonly TeamPeer[]): readonly TeamPeer[] {
  const fitness = fitnessFor(task);
  return [...members].sort(
    (left, right) => fitness(right) - fitness(left) || (left.activeTasks ?? 0) - (right.activeTasks ?? 0),
  );
}

/** Whether it is worth a try now: not when it is known to be away. */
export function isThere(member: TeamPeer): boolean {
  return availability(member) > 0;
}

/** Whether the skills of the one fit the task better than those of the other, were both there. */
export function fitsBetter(task: string, one: TeamPeer, other: TeamPeer): boolean {
  const wanted = stems(task);
  return scoreOf(wanted, one) > scoreOf(wanted, other);
}

/** Those of ranked members that fit as well as the first. */
export function equallyFit(task: string, [first, ...others]: readonly TeamPeer[]): readonly TeamPeer[] {
  if (!first) return [];
  const fitness = fitnessFor(task);
  return [first, ...others.filter((member) => fitness(member) === fitness(first))];
}

function fitnessFor(task: string): (member: TeamPeer) => number {
  const wanted = stems(task);
  // No number of fitting words makes up for not being there.
  return (member) => availability(member) * 1_000_000 + scoreOf(wanted, member);
}

/** Unknown counts as worth a try. */
function availability({ status }: TeamPeer): number {
  return status === undefined || status === 'unknown' ? 1 : (AVAILABLE[status] ?? 0);
}

function scoreOf(wanted: ReadonlySet<string>, { name, role, description, skills = [] }: TeamPeer): number {
  const abilities = stems(
    skills.map((skill) => `${skill.id ?? ''} ${skill.name} ${skill.description ?? ''}`).join(' '),
  );
  const about = stems(`${name} ${role ?? ''} ${description ?? ''}`);
  // A skill is a promise; a description is only a description.
  return [...wanted].reduce((sum, word) => sum + (abilities.has(word) ? 2 : 0) + (about.has(word) ? 1 : 0), 0);
}

function stems(text: string): ReadonlySet<string> {
  return new Set((text.toLowerCase().match(WORD) ?? []).map((word) => word.slice(0, STEM)));
}
