import type { Finding } from './report.ts';
import { idleMember } from './team/idle-member.ts';
import { roundTrip } from './team/round-trip.ts';

/** What it costs to be a member of a platform, and to hand tasks to others. */
export async function team(): Promise<Finding[]> {
  return [...(await roundTrip()), ...(await idleMember())];
}
