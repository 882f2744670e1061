import type { Kysely } from 'kysely';
import { isObject } from '../../../support/is-object.js';
import { USAGE_KEY } from '../../events/outcome-metadata.js';
import type { TaskEvent } from '../../events/task-event.js';
import { PUT_USAGE } from '../given-rows.js';
import type { LogTransaction } from '../log-transaction.js';
import type { TurnRecord } from '../records.js';
import type { TaskLogSchema } from '../schema.js';

/** Stores what the last of these events reports of the turn's usage, which is its total so far. Most events report nothing. */
export async function recordUsage(
  transaction: LogTransaction,
  { taskId, turn, owner, input }: TurnRecord,
  events: readonly TaskEvent[],
): Promise<void> {
  const used = usageIn(events);
  if (!used) return;
  await transaction.ask(PUT_USAGE, {
    task_id: taskId,
    turn,
    owner,
    at: Date.now(),
    model: typeof used['model'] === 'string' ? used['model'] : input.model,
    input_tokens: countOf(used['inputTokens']),
    output_tokens: countOf(used['outputTokens']),
    cached_input_tokens: countOf(used['cachedInputTokens']),
    reasoning_tokens: countOf(used['reasoningTokens']),
    cost_usd: typeof used['costUsd'] === 'number' ? used['costUsd'] : null,
  });
}

/** A turn that is put away goes on as the next one, whose total begins with what was used so far: the row goes with it. */
export async function carryUsage(
  database: Kysely<TaskLogSchema>,
  { taskId, turn }: Pick<TurnRecord, 'taskId' | 'turn'>,
  next: number,
): Promise<void> {
  const of = database.updateTable('turn_usage').where('task_id', '=', taskId).where('turn', '=', turn);
  await of.set({ turn: next }).execute();
}

function usageIn(events: readonly TaskEvent[]): Readonly<Record<string, unknown>> | undefined {
  for (const event of events.toReversed()) {
    const usage: unknown = event.$case === 'statusUpdate' ? event.value.metadata?.[USAGE_KEY] : undefined;
    if (isObject(usage)) return usage;
  }
  return undefined;
}

/** A whole number that every database takes. */
function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0;
}
