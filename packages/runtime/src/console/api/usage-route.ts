import type { RequestHandler } from 'express';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import { malformed } from '../../tasks/a2a-errors.js';
import type { UsageOfDay, UsageStore } from '../../tasks/log/usage/usage-store.js';
import { numberIn, type Query, textIn } from './query.js';
import { viewerRoute } from './route.js';
import { ownerIn } from './viewer.js';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** From 14 hours east of UTC to 12 hours west of it. */
const ZONE = { least: -12 * 60, most: 14 * 60, absent: 0 };
/** The days of an answer, unless the request names the first one. */
const DAYS = 30;

/** `GET usage`: what turns have used, by day, owner and model. Both days are included. */
export function usageRoute(usage: UsageStore): RequestHandler {
  return viewerRoute(async ({ query }, response, viewer) => {
    const owner = ownerIn(query, viewer);
    const zoneMinutes = numberIn(query, 'tz', ZONE);
    const zoneMs = zoneMinutes * MINUTE_MS;
    const last = dayIn(query, 'to') ?? Math.floor((Date.now() + zoneMs) / DAY_MS);
    const first = dayIn(query, 'from') ?? last - DAYS + 1;
    const range = { from: first * DAY_MS - zoneMs, before: (last + 1) * DAY_MS - zoneMs };
    const rows = await usage.byDay({ owner, zoneMinutes, ...range });
    sendJson(response, { rows: rows.map(rowJson) });
  });
}

function rowJson({ day, costUsd = 0, ...row }: UsageOfDay): object {
  return { ...row, day: new Date(day * DAY_MS).toISOString().slice(0, 10), costUsd };
}

/** The number of a day since 1970. @throws {RequestMalformedError} with code `PARAMETER_INVALID` */
function dayIn(query: Query, name: string): number | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time)) return time / DAY_MS;
  throw malformed(
    'PARAMETER_INVALID',
    `${name} must be a day such as 2026-01-31; it is ${JSON.stringify(text.slice(0, 100))}.`,
  );
}
