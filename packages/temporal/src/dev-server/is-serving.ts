import { openGrpcCalls } from '../client/connections.js';
import { probeTcp } from '../client/tcp-probe.js';

const TRY_MS = 2_000;

/** True if a Temporal server at the address answers and has the namespace. */
export async function isServing(address: string, namespace: string): Promise<boolean> {
  try {
    await probeTcp(address, TRY_MS);
    const calls = await openGrpcCalls({ address, connection: {} }, TRY_MS);
    try {
      await calls.make('listing workflows', TRY_MS, () =>
        calls.connection.workflowService.listOpenWorkflowExecutions({ namespace, maximumPageSize: 1 }),
      );
      return true;
    } finally {
      await calls.close();
    }
  } catch {
    // A server that starts refuses connections, then answers with errors; the caller tries again until its deadline.
    return false;
  }
}
