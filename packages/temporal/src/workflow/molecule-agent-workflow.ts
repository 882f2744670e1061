import {
  ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { TurnConclusion, TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';
import type { StageActivities } from './stage-activities.js';
import type { WorkflowPolicy } from './workflow-policy.js';

// Local activities need no round trip and run again if their process dies.
const { task_receive } = proxyLocalActivities<StageActivities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 3 },
});
const { task_complete } = proxyLocalActivities<StageActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s', maximumAttempts: 20 },
});

/** One turn of a task. A test replays recorded histories against it. */
export async function moleculeAgentWorkflow(input: TurnInput, policy: WorkflowPolicy): Promise<TurnSummary> {
  const { llm_call } = proxyActivities<StageActivities>({
    activityId: 'llm_call',
    startToCloseTimeout: policy.startToCloseMs,
    heartbeatTimeout: policy.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      // The server's default of one second would be the longest part of handing a turn over.
      initialInterval: '200ms',
      backoffCoefficient: 2,
      maximumInterval: '10s',
      maximumAttempts: policy.maxAttempts,
      // A turn that used its full time gets no further attempt.
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'],
    },
  });
  let result: TurnSummary;
  try {
    await task_receive(input);
    result = await llm_call(input);
  } catch (error) {
    const conclusion = conclusionOf(error);
    await CancellationScope.nonCancellable(() => task_complete(input, conclusion));
    if (conclusion.code === 'canceled') throw error;
    return { finalText: '', success: false, error: conclusion.message };
  }
  await CancellationScope.nonCancellable(() => task_complete(input));
  return result;
}

function conclusionOf(error: unknown): TurnConclusion {
  if (isCancellation(error)) return { code: 'canceled', message: 'The task was canceled.' };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'START_TO_CLOSE') {
    return { code: 'deadline', message: 'The turn took longer than it is allowed to.' };
  }
  return { code: 'failed', message: 'The turn was lost with its process too many times.' };
}
