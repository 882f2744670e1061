import type { SessionStore } from '@anthropic-ai/claude-agent-sdk';
import type { TurnStore } from '@molecule/adapters';
import type { EngineFolders } from '../folders.js';
import { LocalTranscript } from './local-transcript.js';
import { withoutPromptRecord } from './prompt-record.js';
import { reconcile } from './reconcile.js';
import type { SessionArchive } from './session-archive.js';
import type { TranscriptLine } from './transcript-entry.js';
import type { TurnRecord } from './turn-record.js';

/** One conversation: Claude Code's session, and the stored copy of it. */
export class Session {
  readonly id: string;
  readonly #kept: SessionArchive;
  readonly #local: LocalTranscript;

  /** @param workDir where its next process works */
  constructor(id: string, kept: SessionArchive, folders: Pick<EngineFolders, 'claude'>, workDir: string) {
    this.id = id;
    this.#kept = kept;
    this.#local = new LocalTranscript(folders.claude, workDir, id);
  }

  /**
   * Makes both copies of the conversation whole. Only while no process of this session runs. Without a message of a
   * person in it there is nothing to resume: both are emptied, so that the session can be begun.
   */
  async restore(): Promise<readonly TranscriptLine[]> {
    const kept = await this.#kept.load();
    if (!kept.ownCopy) await this.#local.replace([]);
    const { entries, rewrite } = reconcile(await this.#local.read(), kept.entries);
    const hasMessages = entries.some((entry) => entry.type === 'user' && entry.uuid !== undefined);
    const whole = hasMessages ? entries : [];
    await this.#local.move();
    if (rewrite === 'kept' || !hasMessages) await this.#kept.replace(whole);
    if (rewrite === 'local' || !hasMessages) await this.#local.replace(whole);
    return whole;
  }

  /**
   * Makes the next process build a new system prompt; see {@link withoutPromptRecord}. Only after {@link restore}, and
   * while no process of this session runs.
   */
  async forgetPrompt(entries: readonly TranscriptLine[]): Promise<void> {
    const without = withoutPromptRecord(entries);
    if (without.length === entries.length) return;
    await this.#kept.replace(without);
    await this.#local.replace(without);
  }

  /** The next turn begins in a process that holds the conversation. */
  beginTurn(store: TurnStore | undefined): void {
    this.#kept.use(store);
  }

  /** False once another process has continued this conversation. */
  isOurs(): Promise<boolean> {
    return this.#kept.isOurs();
  }

  readTurn(): Promise<TurnRecord | undefined> {
    return this.#kept.readTurn();
  }

  writeTurn(record: TurnRecord): Promise<void> {
    return this.#kept.writeTurn(record);
  }

  /**
   * What the SDK mirrors the transcript to. `load` finds nothing on purpose: {@link restore} has already put the
   * conversation where Claude Code reads it, and a copy in a temporary folder would be lost with a killed process.
   */
  mirror(): SessionStore {
    return {
      append: async (key, entries) => {
        // The transcripts of subagents are not needed to continue a conversation.
        if (key.subpath === undefined) await this.#kept.append(entries);
      },
      load: async () => null,
    };
  }
}
