import type * as TemporalWorker from '@temporalio/worker';

/** The part of the SDK's worker class that is replaced here; the SDK's types do not export it. */
interface WorkerClass {
  create(options: TemporalWorker.WorkerOptions): Promise<TemporalWorker.Worker>;
  createWorkflowCreator(
    bundle: unknown,
    options: { readonly isolateExecutionTimeoutMs?: number | undefined },
    logger: unknown,
  ): Promise<WorkflowCreator>;
}

interface WorkflowCreator {
  destroy(): Promise<void>;
}

/**
 * Creates a worker that cannot end the process that hosts it:
 *
 * - It runs workflow code without a time limit. To enforce a limit, Node opens three file descriptors at each step of a workflow
 *   and aborts the process if there are none left. Our workflow waits and computes nothing.
 * - It leaves unhandled promise rejections to the host. The SDK throws for each one that does not belong to a workflow, which ends
 *   the process.
 */
export async function createHostWorker(
  sdk: typeof TemporalWorker,
  options: TemporalWorker.WorkerOptions,
): Promise<TemporalWorker.Worker> {
  let creator: WorkflowCreator | undefined;
  const Base = sdk.Worker as unknown as WorkerClass & (new () => object);
  class HostWorker extends Base {
    static override async createWorkflowCreator(...parameters: Parameters<WorkerClass['createWorkflowCreator']>) {
      const [bundle, compiled, logger] = parameters;
      creator = await withoutThrowingOnStrayRejections(() =>
        Base.createWorkflowCreator(bundle, { ...compiled, isolateExecutionTimeoutMs: undefined }, logger),
      );
      return creator;
    }
  }
  try {
    return await HostWorker.create(options);
  } catch (error) {
    // If the server refuses the worker, the SDK does not destroy it, and there may be many tries.
    await creator?.destroy();
    throw error;
  }
}

type RejectionListener = (reason: unknown, promise: Promise<unknown>) => void;

async function withoutThrowingOnStrayRejections<Made>(make: () => Promise<Made>): Promise<Made> {
  const before = new Set(process.listeners('unhandledRejection'));
  try {
    return await make();
  } finally {
    for (const listener of process.listeners('unhandledRejection')) {
      if (before.has(listener) || !isOfSdk(listener)) continue;
      process.off('unhandledRejection', listener);
      process.on('unhandledRejection', tolerant(listener as RejectionListener));
    }
  }
}

/** Other code may add listeners meanwhile; the SDK's calls `getWorkflowByRunId`. */
function isOfSdk(listener: unknown): boolean {
  return String(listener).includes('getWorkflowByRunId');
}

function tolerant(listener: RejectionListener): RejectionListener {
  return (reason, promise) => {
    // A promise of a workflow belongs to the realm of the workflow's context.
    if (!(promise instanceof Promise)) return listener(reason, promise);
    // Without another listener, throwing is Node's default.
    if (process.listenerCount('unhandledRejection') === 1) throw reason;
  };
}
