import type * as TemporalWorker from '@temporalio/worker';

/** The part of the SDK's worker class that is replaced here; its own types keep it to themselves. */
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
 * Makes a worker that leaves the process that hosts it in peace:
 *
 * - It runs workflow code without a time limit. For one, Node opens three file descriptors at each step of a workflow, and
 *   aborts the process when there are none left. Our workflow waits and computes nothing.
 * - A promise that was rejected and has no handler is the host's matter. The SDK throws for each one that is not a
 *   workflow's, which ends the process.
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
    // The SDK forgets it when the server refuses the worker, and there may be many tries.
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

/** Others may add listeners meanwhile; the SDK's is known by the symbol of its workflows that it asks for. */
function isOfSdk(listener: unknown): boolean {
  return String(listener).includes('getWorkflowByRunId');
}

function tolerant(listener: RejectionListener): RejectionListener {
  return (reason, promise) => {
    // In a workflow's own context promises are of another realm than here.
    if (!(promise instanceof Promise)) return listener(reason, promise);
    // With no other listener this is Node's own default.
    if (process.listenerCount('unhandledRejection') === 1) throw reason;
  };
}
