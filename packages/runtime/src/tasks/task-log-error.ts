import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../support/error-codes.js';

export type TaskLogErrorCode =
  | 'TASK_LOG_OPEN_FAILED'
  | 'TASK_LOG_MIGRATION_FAILED'
  | 'TASK_LOG_TOO_NEW'
  | 'STALE_ATTEMPT'
  | 'TASK_TERMINAL';

/** An error of the task log. After `STALE_ATTEMPT` or `TASK_TERMINAL`, the process may no longer write to the task. */
export class TaskLogError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.TaskLogError';
  readonly code: TaskLogErrorCode;

  constructor(code: TaskLogErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
