import type { TurnStore } from '@molecule/adapters';
import type { TranscriptLine } from './transcript-entry.js';
import type { TurnRecord } from './turn-record.js';

/** Where a conversation is kept, apart from Claude Code's own copy. */
export interface SessionArchive {
  /** From now on, it is used for another turn. */
  use(store: TurnStore | undefined): void;
  append(entries: readonly TranscriptLine[]): Promise<void>;
  /** The conversation as it was kept last. */
  read(): Promise<readonly TranscriptLine[]>;
  /**
   * Reads the conversation in order to continue it: its current content counts as known.
   *
   * @returns `ownCopy` is false if Claude Code's own copy on this machine is of a conversation that was forgotten since
   */
  load(): Promise<{ readonly entries: readonly TranscriptLine[]; readonly ownCopy: boolean }>;
  replace(entries: readonly TranscriptLine[]): Promise<void>;
  /** False once another process has written since this one has read. */
  isOurs(): Promise<boolean>;
  readTurn(): Promise<TurnRecord | undefined>;
  writeTurn(record: TurnRecord): Promise<void>;
}
