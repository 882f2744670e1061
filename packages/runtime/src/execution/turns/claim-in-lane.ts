import { TaskState } from '@a2a-js/sdk';
import { statusEvent } from '../../tasks/events/a2a-events.js';
import type { ClaimOutcome } from '../../tasks/log/claim-turn.js';
import type { LaneBlocker } from '../../tasks/log/lane.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TurnEnvironment } from './turn-environment.js';

/** Claims a turn for this boot. */
export function claimInLane(
  { log, boots }: Pick<TurnEnvironment, 'log' | 'boots'>,
  head: TaskHead,
  turn: number,
  durable: boolean,
): Promise<ClaimOutcome> {
  const metadata = head.attempt === 0 ? undefined : { 'molecule.attempt': head.attempt + 1 };
  const working = statusEvent(head, TaskState.TASK_STATE_WORKING, metadata && { metadata });
  return log.claim(head, { turn, runner: boots.id, fence: head.fence, durable }, working);
}

/**
 * Resolves when a turn that waits for others of its conversation is to be claimed again: at a change of one of them, and at the
 * safety interval. Of a boot that has ended, no engine works on a task any longer; its unfinished turns are recovered first.
 */
export async function waitForLane(
  { log, boots }: Pick<TurnEnvironment, 'log' | 'boots'>,
  behind: readonly LaneBlocker[],
  signal: AbortSignal,
): Promise<void> {
  const next = behind.find(({ engaged }) => engaged !== undefined) ?? behind[0];
  if (!next) return;
  const { taskId, engaged, unfinished } = next;
  const changed = log.changed({ kind: 'turn', taskId }, signal);
  const isOver = engaged !== undefined && !unfinished && (engaged === boots.id || !(await boots.isAlive(engaged)));
  if (isOver) await log.disengage(taskId, engaged);
  else await changed;
}

/** True while another living process has claimed the task. */
export async function isHeldElsewhere(
  { boots }: Pick<TurnEnvironment, 'boots'>,
  { runner }: Pick<TaskHead, 'runner'>,
): Promise<boolean> {
  return runner !== undefined && runner !== boots.id && boots.isAlive(runner);
}
