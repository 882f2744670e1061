import { z } from 'zod';
import { defineTool } from './agent-tool.js';

export const currentTimeTool = defineTool({
  name: 'current_time',
  description: 'Tells the current date, time and day of the week. Use it whenever the answer depends on today or now.',
  schema: z.object({
    time_zone: z.string().default('UTC').describe('IANA time zone, for example Europe/Berlin. Default UTC.'),
  }),
  execute: ({ time_zone }) => currentTime(new Date(), time_zone),
});

/**
 * @param timeZone IANA name, for example `Asia/Tokyo`.
 * @throws Error when there is no such time zone.
 */
export function currentTime(now: Date, timeZone: string): { iso: string; local: string; time_zone: string } {
  return { iso: now.toISOString(), local: formatterFor(timeZone).format(now), time_zone: timeZone };
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'long' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`There is no time zone "${timeZone}". Use an IANA name such as Europe/Berlin or UTC.`);
  }
}
