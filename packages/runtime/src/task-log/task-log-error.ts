import { MoleculeError } from '@molecule/adapters';

export type TaskLogErrorCode =
  | 'TASK_LOG_OPEN_FAILED'
  | 'TASK_LOG_MIGRATION_FAILED'
  | 'TASK_LOG_TOO_NEW'
  | 'TASK_LOG_CLOSED'
  | 'STALE_ATTEMPT'
  | 'TASK_TERMINAL';

/** What the task log throws. `STALE_ATTEMPT` and `TASK_TERMINAL` tell a runner that the task is no longer its own. */
export class TaskLogError extends MoleculeError {
  override readonly name = 'TaskLogError';
  readonly code: TaskLogErrorCode;

  constructor(code: TaskLogErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  static override is(value: unknown): value is TaskLogError {
    return MoleculeError.is(value) && value.name === 'TaskLogError';
  }
}
