import { AsyncLocalStorage } from 'node:async_hooks';
import type { AbortReason, Logger } from '@molecule/adapters';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { LLM_CALL } from '../contract/names.js';
import { bounded } from '../support/bounded.js';
import { errorDetail } from '../support/error-detail.js';

const { PendingActivityState } = proto.temporal.api.enums.v1;

const OUT_OF_TIME: AbortReason = { code: 'deadline', message: 'The turn took longer than it is allowed to.' };

/** One run of a workflow. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Asks Temporal whose an attempt is. Doubt never stops a turn: the task log fences two of them, a stop cannot be undone. */
export class AttemptOwnership {
  // An activity's own context aborts each call once the attempt is canceled, which is just when these are made.
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly client: Client,
    private readonly identity: string,
    private readonly timeoutMs: number,
    private readonly logger: Logger,
  ) {}

  /**
   * Why the turn must stop here; undefined while it may still be this process's own. `timedOut`: its last attempt here
   * was ended by a timeout, so when the workflow has none left, the time is over.
   */
  async lost(execution: Execution, timedOut: boolean): Promise<AbortReason | undefined> {
    const { workflowId, runId } = execution;
    try {
      const description = await this.#ask(() => this.client.workflow.getHandle(workflowId, runId).describe());
      if (description.status.name !== 'RUNNING') return reasonForClosed(description.status.name);
      const pending = description.raw.pendingActivities?.find((one) => one.activityId === LLM_CALL);
      if (!pending) return timedOut ? OUT_OF_TIME : undefined;
      const taken =
        pending.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED &&
        pending.lastWorkerIdentity !== this.identity;
      return taken ? { code: 'superseded', message: 'Another process has taken the turn over.' } : undefined;
    } catch (error) {
      this.logger.debug('could not ask Temporal whose the turn is; it goes on', {
        workflowId,
        error: errorDetail(error),
      });
      return undefined;
    }
  }

  #ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return this.#outside(() => bounded(call(), this.timeoutMs, 'Temporal'));
  }
}

/** A workflow that ended otherwise than by its own last step leaves the turn's end to whoever still runs it. */
function reasonForClosed(status: string): AbortReason {
  if (status === 'CANCELLED' || status === 'TERMINATED') {
    return { code: 'canceled', message: `The workflow was ${status === 'TERMINATED' ? 'terminated' : 'canceled'}.` };
  }
  if (status === 'TIMED_OUT') return { code: 'deadline', message: 'The workflow took longer than it is allowed to.' };
  return { code: 'superseded', message: 'The turn has ended in another process.' };
}

/** The run that an attempt belongs to. */
export function executionOf(info: Info): Execution {
  const execution = info.workflowExecution;
  if (!execution) throw new Error(`Activity ${info.activityId} was not started by a workflow.`);
  return { workflowId: execution.workflowId, runId: execution.runId };
}
