import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** A message could not be sent, or its task could not be followed. */
export class SendError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.SendError';
  readonly code: 'AGENT_UNREACHABLE' | 'AGENT_ELSEWHERE' | 'AGENT_REFUSED' | 'SEND_INTERRUPTED';

  constructor(code: SendError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}
