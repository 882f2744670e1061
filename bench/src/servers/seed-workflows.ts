// Workflow code, bundled when this server starts.
import { proxyActivities } from '@temporalio/workflow';
import type { SeedActivities } from './seed-shape.ts';

const { task_receive, llm_call, task_complete } = proxyActivities<SeedActivities>({
  startToCloseTimeout: '10 minutes',
});

/** Three normal activities in sequence. The caller waits for the workflow's result. */
export async function threeActivities(text: string): Promise<string> {
  await task_receive(text);
  const answer = await llm_call(text);
  await task_complete(answer);
  return answer;
}

/** The minimum of a task on Temporal. */
export async function oneActivity(text: string): Promise<string> {
  return llm_call(text);
}
