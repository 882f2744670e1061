import { readFile } from 'node:fs/promises';
import { isAlive } from '../../src/process/process-tree.js';
import { waitUntil } from '../../src/process/wait-until.js';
import type { TestWorkspace } from './workspace.js';

/** The template's record of its running gateway. */
export interface RunningGateway {
  readonly pid: number;
  readonly port: number;
  readonly apiKey: string;
}

/** The gateway of a workspace. */
export async function gatewayOf({ gatewayRecord }: Pick<TestWorkspace, 'gatewayRecord'>): Promise<RunningGateway> {
  return JSON.parse(await readFile(gatewayRecord, 'utf8'));
}

/** Kills the gateway with SIGKILL, and waits until it has ended. */
export async function killGateway(workspace: Pick<TestWorkspace, 'gatewayRecord'>): Promise<RunningGateway> {
  const gateway = await gatewayOf(workspace);
  process.kill(gateway.pid, 'SIGKILL');
  await until(() => !isAlive(gateway.pid), 'the gateway to be gone');
  return gateway;
}

/** Waits for a condition. Throws if it is not true within a minute. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  if (!(await waitUntil(condition, 60_000, 30))) throw new Error(`the condition was not true in time: ${what}`);
}
