import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { startTemporalDevServer, type TemporalDevServer } from '@molecule/temporal/testing';
import { type ServerProcess, startServer } from '../server-process.ts';

/** A Temporal server that stores its histories in a file, as in production. */
export async function startTemporal(): Promise<TemporalDevServer> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-bench-temporal-'));
  return startTemporalDevServer({
    path: process.env['PATH'] ?? '',
    cacheDir: join(homedir(), '.cache', 'molecule'),
    dataFile: join(directory, 'temporal.db'),
  });
}

/** The runtime with Temporal. Servers with the same state directory belong to one workspace. */
export function startDurable(
  { address }: TemporalDevServer,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const own = { MOLECULE_TEMPORAL: 'required', TEMPORAL_HOST: address };
  return startServer({ name: 'molecule', environment: { ...own, ...environment } });
}

/** The number of completed workflows of a workspace. */
export async function completedWorkflows({ cli, address }: TemporalDevServer, workspaceId: string): Promise<number> {
  const query = `TaskQueue = 'molecule-agent-tasks-${workspaceId}' AND ExecutionStatus = 'Completed'`;
  const words = ['workflow', 'count', '--query', query, '--output', 'json', '--address', address];
  const { stdout } = await promisify(execFile)(cli.path, words);
  return Number((JSON.parse(stdout) as { readonly count?: string }).count ?? 0);
}

/** The number of events in the history of a workflow. */
export async function historyEvents({ cli, address }: TemporalDevServer, workflowId: string): Promise<number> {
  const words = ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json', '--address', address];
  const { stdout } = await promisify(execFile)(cli.path, words, { maxBuffer: 64 * 1024 * 1024 });
  return (JSON.parse(stdout) as { readonly events: readonly unknown[] }).events.length;
}
