import { EngineError } from '@molecule/adapters';

/** True for a failure that the message itself causes, and that would happen again. */
export function isRefusal(error: unknown): boolean {
  return EngineError.is(error) && (error.code === 'invalid-request' || error.code === 'context-overflow');
}
