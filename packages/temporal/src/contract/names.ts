/** The workflow's type. Part of every history, so it never changes. */
export const WORKFLOW_TYPE = 'moleculeAgentWorkflow';

/** Type and id of the activity that runs the turn. */
export const LLM_CALL = 'llm_call';

/** The stages of a turn, in their order: activities of these names, and the names that traces use for them. */
export const STAGES = ['task_receive', LLM_CALL, 'task_complete'] as const;

const WORKFLOW_ID_PREFIX = 'molecule-';

/** The workflow's id for a task; all turns of a task share it, one run after the other. */
export function workflowIdFor(taskId: string): string {
  return `${WORKFLOW_ID_PREFIX}${taskId}`;
}

/** The task queue of a workspace. Each has its own, so that no workspace ever takes another's work. */
export function taskQueueFor(workspaceId: string): string {
  return `molecule-agent-tasks-${workspaceId}`;
}
