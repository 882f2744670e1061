import { join } from 'node:path';
import type { FinishReason } from '@molecule/adapters';
import { readTextIfPresent } from './read-file.js';
import type { PendingCall } from './transcript-entry.js';
import { replaceFile } from './write-file.js';

/** The record of a conversation's last turn, which distinguishes it from earlier ones after a crash. */
export interface TurnRecord {
  /** The message that began the turn. */
  readonly messageId: string;
  readonly state: 'running' | 'waiting' | 'finished';
  /** The id of the turn's message in Claude Code's transcript; absent when the turn began with an answer. */
  readonly promptId?: string;
  /** The call that the turn waits for (`waiting`), or whose answer began it. */
  readonly call?: PendingCall;
  /** Names the request that was put to a person about `call`; absent in records of earlier versions: the call's id. */
  readonly requestId?: string;
  /** The line of the transcript that records `call` as waiting; set once its answer has arrived. */
  readonly deferral?: string;
  /** The id of the instructions with which the turn began; see `Instructions.id`. */
  readonly instructions?: string;
  /** The answer of a finished turn. */
  readonly text?: string;
  /** Why that answer ended; absent: it was complete. */
  readonly reason?: FinishReason;
}

const FILE = 'turn.json';

export async function readTurnRecord(sessionFolder: string): Promise<TurnRecord | undefined> {
  const text = await readTextIfPresent(join(sessionFolder, FILE));
  return text === undefined ? undefined : (JSON.parse(text) as TurnRecord);
}

export async function writeTurnRecord(sessionFolder: string, record: TurnRecord): Promise<void> {
  await replaceFile(join(sessionFolder, FILE), JSON.stringify(record));
}
