import { message } from './postgres/message.ts';
import { startPostgres } from './postgres/server.ts';
import { readElsewhere, twoReplicas } from './postgres/two-replicas.ts';
import { workPerMessage } from './postgres/work-per-message.ts';
import type { Finding } from './report.ts';

/** Messages and streams of a workspace on PostgreSQL, on a server that this benchmark starts on this machine. */
export async function postgres(): Promise<Finding[]> {
  await using server = await startPostgres();
  const findings: Finding[] = [];
  for (const part of [workPerMessage, message, twoReplicas, readElsewhere]) findings.push(...(await part(server)));
  return findings;
}
