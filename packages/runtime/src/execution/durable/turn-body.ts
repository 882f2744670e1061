import { MoleculeError, wellFormed } from '@molecule/adapters';
import type { TurnBody, TurnConclusion, TurnInput, TurnSummary } from '@molecule/temporal';
import type { ErrorCode, TaskFailureCode } from '../../support/error-codes.js';
import { canceledEvent, failedEvent } from '../../tasks/events/a2a-events.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { TurnAbortedError } from '../attempts/turn-aborted-error.js';
import { isOver, type TurnOutcome } from '../turns/turn-outcome.js';
import type { TurnRunner } from '../turns/turn-runner.js';
import type { TemporalModule } from './temporal-module.js';

/** Reasons of an abort after which another process resumes the turn. */
const HANDED_OVER: ReadonlySet<string> = new Set(['shutdown', 'superseded']);

/**
 * What Temporal runs for a durable turn: `TurnRunner.run`. Checkpoints do not pass through Temporal, because the task log
 * keeps them.
 */
export function createTurnBody(runner: TurnRunner, log: TaskLog, temporal: TemporalModule): TurnBody {
  return {
    async run({ taskId, turn }, { signal, durable }) {
      try {
        const outcome = await runner.run(taskId, turn, { signal, durable });
        // Temporal then offers the turn to another process, whose task log may hold it.
        if (outcome.kind === 'failed' && outcome.code === 'TASK_NOT_FOUND') throw new UnknownTaskError(taskId);
        return summaryOf(outcome);
      } catch (error) {
        // If storage fails, the turn waits until its process ends, and the next process resumes it.
        const handedOver =
          error instanceof TurnAbortedError ? HANDED_OVER.has(error.reason.code) : StorageError.is(error);
        if (handedOver) throw new temporal.TurnHandedOverError();
        throw error;
      }
    },

    /** The claim in the log names the process that runs the turn, and that process's lock says whether it is alive. */
    async holds(input) {
      const head = await log.read.head(input.taskId);
      return head !== undefined && isOpen(head, input) && (await runner.isHeld(head));
    },

    async conclude(input, conclusion) {
      const head = await log.readForTurn.head(input.taskId);
      if (!head || !isOpen(head, input)) return;
      if (conclusion.code === 'canceled') {
        await log.settle(input.taskId, canceledEvent(head));
        return;
      }
      // If Temporal refused the heartbeats of a turn that a living process runs, that process ends the turn.
      if (await runner.isHeld(head)) return;
      await log.settle(input.taskId, failedEvent(head, failureOf(conclusion)), { fence: head.fence });
    },

    async unfinished() {
      return (await log.read.unfinishedClaims()).map(({ taskId }) => taskId);
    },
  };
}

/** The turn's task is not in this process's log; Temporal offers it to another process. */
class UnknownTaskError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.UnknownTaskError';
  readonly code = 'TASK_NOT_FOUND' satisfies ErrorCode;
  constructor(taskId: string) {
    super(`The task log of this process does not hold task ${taskId}.`);
  }
}

function isOpen(head: TaskHead, { turn }: TurnInput): boolean {
  return head.turn === turn && !isOver(head, turn);
}

function failureOf({ code, message }: TurnConclusion): { readonly code: TaskFailureCode; readonly message: string } {
  return { code: code === 'deadline' ? 'TURN_TIMEOUT' : 'TURN_LOST', message };
}

/** What Temporal's history keeps of an outcome. */
function summaryOf(outcome: TurnOutcome): TurnSummary {
  switch (outcome.kind) {
    case 'completed':
      return { finalText: wellFormed(outcome.finalText), success: true };
    case 'input-required':
      return { finalText: outcome.prompt, success: true };
    case 'passed':
      // The turn ended with a question, and the task holds its text.
      return { finalText: '', success: true };
    case 'failed':
      return { finalText: '', success: false, error: `${outcome.code}: ${outcome.message}` };
    case 'canceled':
      return { finalText: '', success: false, error: 'CANCELED: The task was canceled.' };
  }
}
