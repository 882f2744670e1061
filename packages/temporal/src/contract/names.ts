/** The workflow's type. It is part of every history, so it never changes. */
export const WORKFLOW_TYPE = 'moleculeAgentWorkflow';

/** Type and id of the activity that runs the turn. */
export const LLM_CALL = 'llm_call';

/** The stages of a turn in their order: names of the activities and of their spans. */
export const STAGES = ['task_receive', LLM_CALL, 'task_complete'] as const;

const WORKFLOW_ID_PREFIX = 'molecule-';

/** Id of a task's workflow. The turns of a task share it, one run after the other. */
export function workflowIdFor(taskId: string): string {
  return `${WORKFLOW_ID_PREFIX}${taskId}`;
}

/** The task queue of a workspace. Each workspace has its own, so that none gets another's turns. */
export function taskQueueFor(workspaceId: string): string {
  return `molecule-agent-tasks-${workspaceId}`;
}
