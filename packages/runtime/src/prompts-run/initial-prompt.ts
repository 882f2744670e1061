import type { Logger } from '@molecule/adapters';
import { hasCode } from '../a2a/a2a-errors.js';
import type { MessageAcceptor } from '../a2a/message-acceptor.js';
import type { TeamDatabase } from '../delegation/team-database.js';
import { sendToSelf } from './own-messages.js';

const MARK = 'initial-prompt';

export interface InitialPromptOptions {
  readonly database: TeamDatabase;
  readonly acceptor: MessageAcceptor;
  /** Who will see the task. */
  readonly owner: string;
  readonly text: string;
  readonly logger: Logger;
}

/**
 * Sends the initial prompt, once in the life of the state directory. The task log knows its message before anything runs,
 * so a crash neither repeats nor loses it; the mark is for a prompt that is written differently later. One that was
 * rewritten after a crash between the two counts as sent.
 */
export async function runInitialPrompt({
  database,
  acceptor,
  owner,
  text,
  logger,
}: InitialPromptOptions): Promise<void> {
  const marked = await database.selectFrom('marks').select('at').where('name', '=', MARK).executeTakeFirst();
  if (marked) return;
  const sent = await sendToSelf(acceptor, { messageId: MARK, owner, contextId: MARK, text }).catch((error: unknown) => {
    if (hasCode(error, 'MESSAGE_ID_CONFLICT')) return undefined;
    throw error;
  });
  await database
    .insertInto('marks')
    .values({ name: MARK, at: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (sent === undefined) logger.info('the initial prompt was sent before it was rewritten, and is not sent again');
  else logger.info('the initial prompt is run', { taskId: sent });
}
