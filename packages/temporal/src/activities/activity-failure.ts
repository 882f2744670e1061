import { type Logger, MoleculeError } from '@molecule/adapters';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import { TurnHandedOver } from '../errors/turn-handed-over.js';
import { errorDetail } from '../support/error-detail.js';

/**
 * What Temporal is told about an attempt without a result. The text is fixed, because a failure stays readable in the
 * history and in lists even when payloads are encrypted; what really happened goes to the log.
 */
export function asActivityFailure(error: unknown, input: AgentTaskInput, logger: Logger): ApplicationFailure {
  if (TurnHandedOver.is(error)) {
    logger.info('turn handed over', { taskId: input.taskId, turn: input.turn });
    return withoutStack(
      ApplicationFailure.create({
        message: 'The process stopped before the turn was over.',
        type: 'TurnHandedOver',
        nextRetryDelay: '1ms',
        category: ApplicationFailureCategory.BENIGN,
      }),
    );
  }
  logger.error('turn ended without a result', { taskId: input.taskId, turn: input.turn, error: errorDetail(error) });
  return withoutStack(
    ApplicationFailure.create({
      message: 'The turn ended without a result; the log of the process has the reason.',
      type: MoleculeError.is(error) ? error.code : 'TurnFailed',
    }),
  );
}

/** The stack would tell the history where this program is installed. */
function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = `${failure.name}: ${failure.message}`;
  return failure;
}
