import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** The stored tasks could not be read, or not be changed as wanted. */
export class TasksError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.TasksError';
  readonly code: 'TASKS_NOT_STORED' | 'TASK_UNKNOWN' | 'TASK_AMBIGUOUS' | 'TASK_UNFINISHED';

  constructor(code: TasksError['code'], message: string) {
    super(message);
    this.code = code satisfies ErrorCode;
  }
}
