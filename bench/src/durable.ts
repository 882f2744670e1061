import { latency } from './durable/latency.ts';
import { recovery } from './durable/recovery.ts';
import { startTemporal } from './durable/temporal.ts';
import { throughput } from './durable/throughput.ts';
import type { Finding } from './report.ts';

/** The cost of durable execution, and its recovery time. */
export async function durable(): Promise<Finding[]> {
  await using temporal = await startTemporal();
  return [...(await latency(temporal)), ...(await throughput(temporal)), ...(await recovery(temporal))];
}
