import { join } from 'node:path';
import type { EngineStore, TurnStore } from '@molecule/adapters';
import type { EngineFolders } from '../folders.js';
import { FolderArchive } from './folder-archive.js';
import type { SessionArchive } from './session-archive.js';
import { sessionIdOf } from './session-id.js';
import { StoreArchive } from './store-archive.js';
import { readStoredTranscript } from './stored-transcript.js';
import type { TranscriptLine } from './transcript-entry.js';

/** Where the conversations of a workspace are kept: in the runtime's engine store, or in folders. */
export class Archives {
  readonly #workspaceId: string;
  readonly #folders: Pick<EngineFolders, 'sessions'>;
  readonly #store: EngineStore | undefined;

  /** @param store Absent: they are kept in folders. */
  constructor(workspaceId: string, folders: Pick<EngineFolders, 'sessions'>, store: EngineStore | undefined) {
    this.#workspaceId = workspaceId;
    this.#folders = folders;
    this.#store = store;
  }

  /** Claude Code's session for a conversation. */
  sessionIdOf(contextId: string): string {
    return sessionIdOf(this.#workspaceId, contextId);
  }

  /** For a turn. */
  open(sessionId: string, store: TurnStore | undefined): SessionArchive {
    const folder = join(this.#folders.sessions, sessionId);
    if (this.#store === undefined || store === undefined) return new FolderArchive(folder);
    return new StoreArchive(store, folder);
  }

  async read(contextId: string): Promise<readonly TranscriptLine[]> {
    const stored = this.#store && (await readStoredTranscript(this.#store.of(contextId)));
    if (stored && stored.entries.length > 0) return stored.entries;
    return this.open(this.sessionIdOf(contextId), undefined).read();
  }

  /** Deletes what is not in the session's folder. */
  async forget(contextId: string): Promise<void> {
    await this.#store?.of(contextId).delete();
  }
}
