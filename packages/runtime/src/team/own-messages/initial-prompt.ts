import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import type { MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import { hasCode, retryAfterOf } from '../../tasks/a2a-errors.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { Marks } from '../../tasks/team/marks.js';
import { UNOWNED } from '../../tasks/team/schema.js';
import { sendToSelf } from './own-messages.js';

/** Between two tries. */
const RETRY_MS = 1_000;
const MARK = 'initial-prompt';

export interface InitialPromptOptions {
  readonly marks: Marks;
  readonly acceptor: MessageAcceptor;
  /** Each gets a task. */
  readonly owners: readonly string[];
  readonly text: string;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

type OwnersPrompt = Omit<InitialPromptOptions, 'owners' | 'signal'> & { readonly owner: string };

/** Sends the initial prompt to each owner's agent; see {@link runInitialPrompt}. */
export async function runInitialPrompts({ owners, signal, ...options }: InitialPromptOptions): Promise<void> {
  await whenPossible(signal, async () => {
    // Before marks had owners, the first owner got the prompt.
    const isDone = (await options.marks.has(MARK, UNOWNED)) ? owners[0] : undefined;
    for (const owner of new Set(owners)) if (owner !== isDone) await runInitialPrompt({ ...options, owner });
  });
}

/**
 * Sends the initial prompt once for each owner in the life of the state directory. Its message is in the task log before the turn begins,
 * so a crash neither repeats nor loses it. The mark prevents a second prompt after the text was changed. If the text was
 * changed after a crash between message and mark, the prompt counts as sent.
 */
async function runInitialPrompt({ marks, acceptor, owner, text, logger }: OwnersPrompt): Promise<void> {
  if (await marks.has(MARK, owner)) return;
  const sent = await sendToSelf(acceptor, { messageId: MARK, owner, contextId: MARK, text }).catch((error: unknown) => {
    if (hasCode(error, 'MESSAGE_ID_CONFLICT')) return undefined;
    throw error;
  });
  await marks.set(MARK, owner);
  if (sent === undefined) logger.info('the initial prompt was sent before its text changed, and is not sent again');
  else logger.info('the initial prompt was sent', { taskId: sent });
}

/** Does the work again while the queue is full or the storage in trouble; both pass. */
async function whenPossible(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (retryAfterOf(error) === undefined && !StorageError.is(error)) throw error;
      await sleep(RETRY_MS, undefined, { ref: false, signal });
    }
  }
}
