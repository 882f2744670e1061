import { probeTcp } from '../link/tcp-probe.js';

const TRY_MS = 2_000;

/** Whether a Temporal server at the address answers, and knows the namespace. */
export async function isServing(address: string, namespace: string): Promise<boolean> {
  try {
    await probeTcp(address, TRY_MS);
    const { Connection } = await import('@temporalio/client');
    const connection = await Connection.connect({ address, connectTimeout: TRY_MS });
    try {
      await connection.withDeadline(Date.now() + TRY_MS, () =>
        connection.workflowService.listOpenWorkflowExecutions({ namespace, maximumPageSize: 1 }),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    // A server that comes up refuses, then answers with errors: whoever waits asks again until its own deadline.
    return false;
  }
}
