import type { Logger } from '@molecule/adapters';
import type { MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import type { WorkspaceConfig } from '../../settings/config/workspace-config.js';
import { hasCode } from '../../tasks/a2a-errors.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import type { Marks } from '../../tasks/team/marks.js';
import type { IdleClock } from './idle-prompt.js';
import { runInitialPrompts } from './initial-prompt.js';
import { sendToSelf } from './own-messages.js';

export interface OwnPromptsOptions {
  readonly config: Pick<WorkspaceConfig, 'initialPrompt' | 'idlePrompt' | 'idleIntervalSeconds'>;
  /** The owners who get the initial prompt. The idle prompt is a task of the first. */
  readonly owners: readonly string[];
  readonly marks: Marks;
  readonly acceptor: MessageAcceptor;
  readonly idle: IdleClock;
  /** The number of turns that run or wait. */
  readonly activeTurns: () => number;
  readonly logger: Logger;
}

/**
 * Sends the initial prompt, and the idle prompt whenever the agent has been idle, as ordinary tasks. Returns at once, because there may be
 * no room for the first one for a long time. What it returns stops both.
 */
export function startOwnPrompts(options: OwnPromptsOptions): { stop(): void } {
  const { config, owners, marks, acceptor, idle, activeTurns, logger } = options;
  const { initialPrompt, idlePrompt, idleIntervalSeconds } = config;
  const [first = ANONYMOUS] = owners;
  const over = new AbortController();
  const { signal } = over;
  const begin = async () => {
    if (initialPrompt === undefined) return;
    await runInitialPrompts({ marks, acceptor, owners, text: initialPrompt, signal, logger });
  };
  const beginIdle = () => {
    if (idlePrompt === undefined || signal.aborted) return;
    const send = (messageId: string) =>
      sendToSelf(acceptor, {
        messageId,
        owner: first,
        contextId: 'idle-prompt',
        text: idlePrompt,
      });
    const sending = idle.start({ intervalMs: idleIntervalSeconds * 1000, activeTurns, marks, send, logger });
    signal.addEventListener('abort', () => sending.stop(), { once: true });
  };
  begin()
    .catch((error: unknown) => {
      if (signal.aborted || hasCode(error, 'SERVER_STOPPING')) return;
      logger.error('the initial prompt could not be sent; the next start sends it', { error });
    })
    .finally(beginIdle);
  return { stop: () => over.abort() };
}
