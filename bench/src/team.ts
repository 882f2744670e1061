import type { Finding } from './report.ts';
import { idleMember } from './team/idle-member.ts';
import { roundTrip } from './team/round-trip.ts';

/** The cost of membership on a platform, and of a delegation. */
export async function team(): Promise<Finding[]> {
  return [...(await roundTrip()), ...(await idleMember())];
}
