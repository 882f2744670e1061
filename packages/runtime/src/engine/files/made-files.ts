import { lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inboxOf } from './incoming-files.js';

/** A message of an ended task. */
export interface EndedMessage {
  readonly taskId: string;
  readonly messageId: string;
  readonly owner: string;
  readonly contextId: string;
}

/** Where the turns of a conversation work. */
export interface WorkPlaces {
  /** The working directory of the conversation's turns; it need not exist. */
  pathOf(owner: string, contextId: string): string;
  /** The working directory that belongs to this conversation alone; undefined: others work there as well. */
  ownPathOf(owner: string, contextId: string): string | undefined;
}

/** The files that the runtime made for messages and conversations. They are deleted with the tasks. */
export class MadeFiles {
  readonly #places: WorkPlaces;

  constructor(places: WorkPlaces) {
    this.#places = places;
  }

  /** Deletes the inboxes of messages. One that does not exist is no error. */
  async removeInboxes(messages: readonly EndedMessage[]): Promise<void> {
    for (const message of messages) {
      const inbox = inboxOf(this.#places.pathOf(message.owner, message.contextId), message);
      if (await isDirectory(dirname(inbox))) await rm(inbox, { recursive: true, force: true });
    }
  }

  /** Deletes the working directory that belongs to this conversation alone, if there is one. */
  async removeOfConversation({ owner, contextId }: Pick<EndedMessage, 'owner' | 'contextId'>): Promise<void> {
    const path = this.#places.ownPathOf(owner, contextId);
    if (path !== undefined) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The agent may write to its working directory, so a link there must not lead the runtime to other files. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
