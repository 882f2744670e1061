import { openGrpcCalls } from '../link/connections.js';
import { probeTcp } from '../link/tcp-probe.js';

const TRY_MS = 2_000;

/** Whether a Temporal server at the address answers, and knows the namespace. */
export async function isServing(address: string, namespace: string): Promise<boolean> {
  try {
    await probeTcp(address, TRY_MS);
    const calls = await openGrpcCalls({ address, connection: {} }, TRY_MS);
    try {
      await calls.make('looking at the server', TRY_MS, () =>
        calls.connection.workflowService.listOpenWorkflowExecutions({ namespace, maximumPageSize: 1 }),
      );
      return true;
    } finally {
      await calls.close();
    }
  } catch {
    // A server that comes up refuses, then answers with errors: whoever waits asks again until its own deadline.
    return false;
  }
}
