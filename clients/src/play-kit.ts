import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Agents } from './agent/start-agents.ts';
import type { Exception } from './judge/exception.ts';
import { type Cell, judge } from './judge/judge.ts';
import { reportLines } from './judge/report-line.ts';
import type { Kit } from './kits/kit.ts';
import { runCommand } from './kits/run-command.ts';

/** A program starts an agent again for each binding and version, which takes long on a busy machine. */
const LIMIT_MS = 10 * 60_000;

export interface KitRun {
  readonly cells: readonly Cell[];
  /** What the program printed besides its report. */
  readonly errors: string;
}

/** Installs a kit below the cache directory, runs its program against the agents, and judges what it saw. */
export async function playKit(
  kit: Kit,
  agents: Agents,
  cache: string,
  exceptions: readonly Exception[],
): Promise<KitRun> {
  const pin = createHash('sha256').update(kit.title).digest('hex').slice(0, 8);
  const directory = join(cache, `${kit.name}-${pin}`);
  const command = await kit.install(directory);
  const environment = {
    ...(kit.refusesGrpc ? agents.withoutGrpc : agents.environment),
    OVER: JSON.stringify(kit.overs),
    // No client may find a proxy or a telemetry service of the machine.
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    OTEL_SDK_DISABLED: 'true',
  };
  const { output, errors, code } = await runCommand(command, { directory, environment, limitMs: LIMIT_MS });
  const lines = reportLines(output);
  const ended = code === 0 ? {} : { ended: `${code}: ${errors.trim().slice(-600)}` };
  return { cells: judge({ ...kit, kit: kit.name, lines, ...ended }, exceptions), errors };
}
