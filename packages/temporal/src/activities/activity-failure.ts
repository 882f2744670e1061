import { type Logger, MoleculeError } from '@molecule/adapters';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { TurnInput } from '../contract/turn-input.js';
import { TurnHandedOverError } from '../errors/turn-handed-over-error.js';
import { errorDetail } from '../support/error-detail.js';

/**
 * The failure that Temporal records for an attempt without a result. Its text is fixed, because failures stay readable in histories
 * and lists even if payloads are encrypted; the error itself goes to the log.
 */
export function asActivityFailure(error: unknown, input: TurnInput, logger: Logger): ApplicationFailure {
  if (TurnHandedOverError.is(error)) {
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

/** The stack would put the path of this installation into the history. */
function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = `${failure.name}: ${failure.message}`;
  return failure;
}
