import type { MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { Delegation } from '../../tasks/team/delegation.js';
import { UNOWNED } from '../../tasks/team/schema.js';
import { sendToSelf } from './own-messages.js';

/** Sends late answers to the own agent, each in the conversation in which the delegation began. */
export class LateAnswerInbox {
  readonly #log: TaskLog;
  readonly #acceptor: Promise<MessageAcceptor>;
  #open: (acceptor: MessageAcceptor) => void = () => {};

  constructor(log: TaskLog) {
    this.#log = log;
    this.#acceptor = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** From now on messages to the own agent are accepted. Answers that arrived before are sent now. */
  open(acceptor: MessageAcceptor): void {
    this.#open(acceptor);
  }

  async deliver({ id, owner, peerName, parentTask, state, answer, text }: Delegation): Promise<void> {
    const parent = await this.#log.read.head(parentTask);
    const input = await this.#log.read.input(parentTask);
    const outcome = state === 'completed' ? 'has answered' : `has not done it (${state})`;
    await sendToSelf(await this.#acceptor, {
      messageId: `delegation-${id}`,
      owner: owner === UNOWNED ? (parent?.owner ?? ANONYMOUS) : owner,
      contextId: parent?.contextId ?? '',
      text: `${peerName} ${outcome}. The delegated task was:\n${text}\n\nThe answer:\n${answer ?? ''}`,
      // Keeps the lineage: a delegation that follows from this answer belongs to the same chain.
      metadata: { ...input?.metadata, 'molecule.delegation.id': id },
    });
  }
}
