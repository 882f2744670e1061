import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../report.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { median, round } from '../statistics.ts';

/** Long enough for four heartbeats at the product's own interval, which the benchmark does not change. */
const WINDOW_MS = 120_000;
/** The wait before the measurement, so that the end of the start does not count. */
const SETTLE_MS = 15_000;
/** The number of processes of each kind, measured at the same time. */
const PROCESSES = 3;
const AIM_PERCENT = 0.1;

/** The additional cost of an idle member of a platform, compared with the same runtime without a platform. */
export async function idleMember(): Promise<Finding[]> {
  await using platform = await startServer({ name: 'platform' });
  const members: ServerProcess[] = [];
  const loners: ServerProcess[] = [];
  try {
    for (let index = 0; index < PROCESSES; index++) {
      const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: crypto.randomUUID() };
      members.push(await startServer({ name: 'molecule', environment }));
      loners.push(await startServer({ name: 'molecule' }));
    }
    await sleep(SETTLE_MS);
    const before = await platform.ask<{ heartbeats: number }>('heartbeats');
    const cpuOf = (servers: readonly ServerProcess[]) => Promise.all(servers.map((server) => server.cpuMs()));
    const [membersBefore, lonersBefore] = await Promise.all([cpuOf(members), cpuOf(loners)]);
    await sleep(WINDOW_MS);
    const [membersAfter, lonersAfter] = await Promise.all([cpuOf(members), cpuOf(loners)]);
    const { heartbeats } = await platform.ask<{ heartbeats: number }>('heartbeats');
    const share = (after: readonly number[], from: readonly number[]) =>
      (median(after.map((ms, index) => ms - (from[index] ?? 0))) / WINDOW_MS) * 100;
    const [member, loner] = [share(membersAfter, membersBefore), share(lonersAfter, lonersBefore)];
    const sent = heartbeats - before.heartbeats;
    return [
      {
        what: `an idle member over ${WINDOW_MS / 1000} s, ${sent} heartbeats of ${PROCESSES}`,
        ours: `${round(member, 3)} % of a core`,
        theirs: `${round(loner, 3)} % (no platform)`,
        ratio: member / loner,
        aim: `heartbeats under ${AIM_PERCENT} %: ${round(member - loner, 3)} %`,
        met: sent > 0 && member - loner < AIM_PERCENT,
      },
    ];
  } finally {
    for (const server of [...members, ...loners]) await server[Symbol.asyncDispose]();
  }
}
