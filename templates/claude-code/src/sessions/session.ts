import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionStore } from '@anthropic-ai/claude-agent-sdk';
import type { EngineFolders } from '../folders.js';
import { LocalTranscript } from './local-transcript.js';
import { withoutPromptRecord } from './prompt-record.js';
import { reconcile } from './reconcile.js';
import type { TranscriptLine } from './transcript-entry.js';
import { TranscriptFile } from './transcript-file.js';
import { readTurnRecord, type TurnRecord, writeTurnRecord } from './turn-record.js';

/** One conversation: Claude Code's session, and what is kept of it. */
export class Session {
  readonly id: string;
  readonly #folder: string;
  readonly #kept: TranscriptFile;
  readonly #local: LocalTranscript;

  constructor(id: string, folders: EngineFolders) {
    this.id = id;
    this.#folder = join(folders.sessions, id);
    this.#kept = new TranscriptFile(join(this.#folder, 'transcript.jsonl'));
    this.#local = new LocalTranscript(folders.claude, folders.work, id);
  }

  /**
   * Makes both copies of the conversation whole. Only while no process of this session runs. Without a message of a
   * person in it there is nothing to resume: both are emptied, so that the session can be begun.
   */
  async restore(): Promise<readonly TranscriptLine[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { entries, rewrite } = reconcile(await this.#local.read(), await this.#kept.load());
    const hasMessages = entries.some((entry) => entry.type === 'user' && entry.uuid !== undefined);
    const whole = hasMessages ? entries : [];
    if (rewrite === 'kept' || !hasMessages) await this.#kept.replace(whole);
    if (rewrite === 'local' || !hasMessages) await this.#local.replace(whole);
    return whole;
  }

  /**
   * Has the next process make the system prompt anew; see {@link withoutPromptRecord}. Only after {@link restore}, and
   * while no process of this session runs.
   */
  async forgetPrompt(entries: readonly TranscriptLine[]): Promise<void> {
    const without = withoutPromptRecord(entries);
    if (without.length === entries.length) return;
    await this.#kept.replace(without);
    await this.#local.replace(without);
  }

  /** The conversation as it was kept last. */
  read(): Promise<readonly TranscriptLine[]> {
    return this.#kept.read();
  }

  /** False once another process has gone on with this conversation. */
  isOurs(): Promise<boolean> {
    return this.#kept.isOurs();
  }

  readTurn(): Promise<TurnRecord | undefined> {
    return readTurnRecord(this.#folder);
  }

  writeTurn(record: TurnRecord): Promise<void> {
    return writeTurnRecord(this.#folder, record);
  }

  /**
   * What the SDK mirrors the transcript to. `load` finds nothing on purpose: {@link restore} has already put the
   * conversation where Claude Code reads it, and a copy in a temporary folder would be lost with a killed process.
   */
  mirror(): SessionStore {
    return {
      append: async (key, entries) => {
        // The transcripts of subagents are not needed to go on with a conversation.
        if (key.subpath === undefined) await this.#kept.append(entries);
      },
      load: async () => null,
    };
  }
}
