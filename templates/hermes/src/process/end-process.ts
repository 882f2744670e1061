import { isAlive, processesWithEnvironment, signalGroup } from './process-tree.js';
import { waitUntil } from './wait-until.js';

/** Environment variables of a command with the id of its run: set by the plugin, and by Hermes. */
const RUN_VARIABLE = 'MOLECULE_RUN';
const HERMES_RUN_VARIABLE = 'HERMES_SESSION_KEY';

/** Which gateway to end. */
export interface EndOptions {
  /** The gateway's own process, the leader of its group. */
  readonly pid: number;
  /** Its `HERMES_HOME`, by which the commands of its agents are recognised. */
  readonly home: string;
  /** Milliseconds between the polite signal and the hard one. Default 8000: Hermes itself needs some 1 second. */
  readonly graceMs?: number;
}

/** Ends a gateway, its process group and every command that its agents left. Resolves when all are gone. */
export async function endGateway({ pid, home, graceMs = 8000 }: EndOptions): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await waitUntil(() => !isAlive(pid), graceMs);
  signalGroup(pid, 'SIGKILL');
  await endLeftovers(home);
  await waitUntil(() => !isAlive(pid), 2000);
}

/** Ends the commands that a gateway's agents started and that still run; with `runId`, only those of one run. */
export async function endLeftovers(home: string, runId?: string): Promise<void> {
  const isMeant = (environment: readonly string[]) => runId === undefined || isOfRun(environment, runId);
  for (const pid of await processesWithEnvironment({ HERMES_HOME: home }, isMeant)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Hermes' own variable counts only without ours: its shells may have it from an earlier run. */
function isOfRun(environment: readonly string[], runId: string): boolean {
  const marks = environment.filter((variable) => variable.startsWith(`${RUN_VARIABLE}=`));
  if (marks.length > 0) return marks.includes(`${RUN_VARIABLE}=${runId}`);
  return environment.includes(`${HERMES_RUN_VARIABLE}=${runId}`);
}
