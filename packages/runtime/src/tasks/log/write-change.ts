import type { PendingInput } from '../turn-result.js';
import type { LogTransaction } from './log-transaction.js';
import { recordExpiry } from './question-expiries.js';
import { putStep } from './steps/step-rows.js';
import { recordWake } from './steps/turn-wakes.js';
import type { Change } from './write-queue.js';

/** Writes what an entry changes outside of the task's row. */
export async function writeChange(transaction: LogTransaction, taskId: string, change: Change): Promise<void> {
  const { checkpoint, question, step, run, later } = change;
  if (checkpoint !== undefined) transaction.put(taskId, 'checkpoint', checkpoint);
  if (step) await putStep(transaction, taskId, step);
  if (run) transaction.put(taskId, 'run', JSON.stringify(run));
  if (later) {
    transaction.put(taskId, 'input', JSON.stringify(later.input));
    await recordWake(transaction.kysely, { taskId, turn: later.input.turn, at: later.at });
  }
  if (question === null) await transaction.remove(taskId, 'question');
  else if (question !== undefined) {
    transaction.put(taskId, 'question', question);
    await recordExpiry(transaction.kysely, taskId, JSON.parse(question) as PendingInput);
  }
}
