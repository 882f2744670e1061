import { readFile } from 'node:fs/promises';
import { isAlive } from '../../src/process/process-tree.js';
import { waitUntil } from '../../src/process/wait-until.js';
import type { TestWorkspace } from './workspace.js';

/** What the template wrote down of its running gateway. */
export interface RunningGateway {
  readonly pid: number;
  readonly port: number;
  readonly apiKey: string;
}

/** The gateway of a workspace. */
export async function gatewayOf({ gatewayRecord }: Pick<TestWorkspace, 'gatewayRecord'>): Promise<RunningGateway> {
  return JSON.parse(await readFile(gatewayRecord, 'utf8'));
}

/** Ends the gateway the hard way, and waits until it is gone. */
export async function killGateway(workspace: Pick<TestWorkspace, 'gatewayRecord'>): Promise<RunningGateway> {
  const gateway = await gatewayOf(workspace);
  process.kill(gateway.pid, 'SIGKILL');
  await until(() => !isAlive(gateway.pid), 'the gateway to be gone');
  return gateway;
}

/** Waits for a condition. Throws when it does not come true within a minute. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  if (!(await waitUntil(condition, 60_000, 30))) throw new Error(`waited in vain for ${what}`);
}
