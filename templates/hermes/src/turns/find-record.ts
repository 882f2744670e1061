import type { Turn } from '@molecule/adapters';
import type { EngineParts } from './engine-parts.js';
import { type TurnRecord, turnRecordSchema } from './turn-record.js';

/** The record of a turn: from this machine's disk, which is always the newest, else from the runner's checkpoint. */
export async function findRecord(
  { journal }: EngineParts,
  turn: Turn,
  sessionId: string,
  matches: (record: TurnRecord) => boolean,
): Promise<TurnRecord | undefined> {
  const candidates = [await journal.read(sessionId), turnRecordSchema.safeParse(turn.checkpoint).data];
  return candidates.find((record) => record !== undefined && matches(record));
}
