import {
  ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult, TurnEnding } from '../contract/task-body.js';
import type { StageActivities } from './stage-activities.js';
import type { WorkflowPolicy } from './workflow-policy.js';

// Local activities: they cost no round trip, and run again when their process dies.
const { task_receive } = proxyLocalActivities<StageActivities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 3 },
});
const { task_complete } = proxyLocalActivities<StageActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s', maximumAttempts: 20 },
});

/** One turn of a task. What it does and in which order is replayed from recorded histories by a test. */
export async function moleculeAgentWorkflow(input: AgentTaskInput, policy: WorkflowPolicy): Promise<LlmResult> {
  const { llm_call } = proxyActivities<StageActivities>({
    activityId: 'llm_call',
    startToCloseTimeout: policy.startToCloseMs,
    heartbeatTimeout: policy.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      // The server's default of one second would be the longest part of a hand-over.
      initialInterval: '200ms',
      backoffCoefficient: 2,
      maximumInterval: '10s',
      maximumAttempts: policy.maxAttempts,
      // A turn that was given its full time is not given it again.
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'],
    },
  });
  let result: LlmResult;
  try {
    await task_receive(input);
    result = await llm_call(input);
  } catch (error) {
    const ending = endingOf(error);
    await CancellationScope.nonCancellable(() => task_complete(input, ending));
    if (ending.code === 'canceled') throw error;
    return { finalText: '', success: false, error: ending.message };
  }
  await CancellationScope.nonCancellable(() => task_complete(input));
  return result;
}

function endingOf(error: unknown): TurnEnding {
  if (isCancellation(error)) return { code: 'canceled', message: 'The task was canceled.' };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'START_TO_CLOSE') {
    return { code: 'deadline', message: 'The turn took longer than it is allowed to.' };
  }
  return { code: 'failed', message: 'The turn was lost with its process too many times.' };
}
