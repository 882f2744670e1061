import { MoleculeError } from '@molecule/adapters';

/** A message could not be sent, or its answer not be followed. */
export class SendError extends MoleculeError {
  override readonly name = 'SendError';
  readonly code: 'AGENT_UNREACHABLE' | 'AGENT_ELSEWHERE' | 'AGENT_REFUSED' | 'SEND_INTERRUPTED';

  constructor(code: SendError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
