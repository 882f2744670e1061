import type { SendMessageRequest } from '@a2a-js/sdk';
import type { Accepted, MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import type { Caller } from './caller.js';

/** Accepts a message, with the files that the transport took out of its request. */
export async function acceptWithFiles(
  acceptor: MessageAcceptor,
  request: SendMessageRequest,
  caller: Caller,
): Promise<Accepted> {
  const { files } = caller;
  try {
    for (const part of request.message?.parts ?? []) {
      if (part.content?.$case !== 'raw') continue;
      const file = files.received?.(part.content.value);
      if (file) part.content = { $case: 'raw', value: Buffer.from(file.buffer, file.byteOffset, file.byteLength) };
    }
    return await acceptor.accept(request, caller);
  } finally {
    files.stored?.();
  }
}
