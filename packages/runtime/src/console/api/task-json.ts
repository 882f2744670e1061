import type { Json } from '../../serving/sdk/json.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';

/** Characters of a question in a list. */
const MOST_ASKED = 300;
/** Characters of the reason of a failure in a list. */
const MOST_FAILURE = 1_000;

/** A task in a list. */
export function taskJson(task: OverviewTask): Json {
  const { terminal, createdAt, statusAt, status } = task;
  return {
    id: task.taskId,
    contextId: task.contextId,
    owner: task.owner,
    state: task.state,
    title: task.title,
    createdAt: isoTime(createdAt),
    statusAt: isoTime(statusAt),
    ...(terminal && { durationMs: Math.max(0, statusAt - createdAt) }),
    seq: task.seq,
    turn: task.turn,
    attempt: task.attempt,
    durable: task.durable,
    ...(task.failureCode !== undefined && {
      failure: { code: task.failureCode, message: (status?.text ?? '').slice(0, MOST_FAILURE) },
    }),
    ...(task.usage && { usage: usageJson(task.usage) }),
    ...(!terminal && status && { asks: status.text.slice(0, MOST_ASKED) }),
  };
}

function usageJson({ costUsd, model, ...tokens }: NonNullable<OverviewTask['usage']>): Json {
  return { ...tokens, ...(costUsd !== undefined && { costUsd }), ...(model !== '' && { model }) };
}

/** What a task waits for; undefined: for nothing. */
export function questionJson({ terminal, status }: OverviewTask): Json | undefined {
  if (terminal || status?.details === undefined) return undefined;
  const { requests, ...details } = status.details;
  return { requests: Array.isArray(requests) ? requests : [{ ...details, prompt: status.text }] };
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
