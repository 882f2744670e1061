import type { LedgerLine } from '../ledger.ts';

/** After a standstill, an engine may do what it was doing, until its process has found out that it lost its lease. */
const THAW_MS = 250;

/** What the judge knows of processes. */
export interface Fates {
  /** When each process died, by its id. */
  readonly deaths: ReadonlyMap<number, number>;
  /** When each process stood still. */
  readonly standstills: readonly { readonly pid: number; readonly from: number; readonly to: number }[];
}

interface Run {
  readonly pid: number;
  readonly messageId: string;
  readonly from: number;
  to: number;
}

/** Faults that the ledger shows: two engines that worked on one conversation at the same time. */
export function overlapsIn(lines: readonly LedgerLine[], fates: Fates): string[] {
  const contexts = [...new Set(lines.map(({ contextId }) => contextId))];
  return contexts.flatMap((context) =>
    overlapsOf(
      lines.filter(({ contextId }) => contextId === context),
      fates,
    ),
  );
}

function overlapsOf(lines: readonly LedgerLine[], fates: Fates): string[] {
  const runs = runsOf(lines, fates);
  return runs.flatMap((run, index) =>
    runs
      .slice(index + 1)
      .filter((later) => later.from < run.to)
      .map(
        (later) =>
          `turn ${later.messageId} ran in process ${later.pid} for ${run.to - later.from} ms while turn ${run.messageId} ran in process ${run.pid}`,
      ),
  );
}

/** The end of a run is that of its process, or the standstill of the process, unless it continues the run afterwards. */
function runsOf(lines: readonly LedgerLine[], { deaths, standstills }: Fates): readonly Run[] {
  const runs: Run[] = [];
  const open = new Map<string, Run>();
  for (const { event, pid, messageId, at } of lines) {
    const key = `${pid} ${messageId}`;
    if (event === 'begin') {
      const run = { pid, messageId, from: at, to: deaths.get(pid) ?? Number.POSITIVE_INFINITY };
      open.set(key, run);
      runs.push(run);
    }
    const run = open.get(key);
    if (!run) continue;
    const standstill = standstills.find((one) => one.pid === pid && run.from <= one.from && at >= one.from);
    const goesOn = standstill && event !== 'end' && at - standstill.to > THAW_MS;
    if (goesOn) run.to = at;
    else if (standstill) run.to = Math.max(standstill.from, run.to === Number.POSITIVE_INFINITY ? 0 : run.to);
    else if (event === 'end') run.to = at;
    if (event === 'end') open.delete(key);
  }
  return runs;
}
