import { latency } from './durable/latency.ts';
import { recovery } from './durable/recovery.ts';
import { startTemporal } from './durable/temporal.ts';
import { throughput } from './durable/throughput.ts';
import type { Finding } from './report.ts';

/** What durable execution costs, and how soon it recovers. */
export async function durable(): Promise<Finding[]> {
  await using temporal = await startTemporal();
  return [...(await latency(temporal)), ...(await throughput(temporal)), ...(await recovery(temporal))];
}
