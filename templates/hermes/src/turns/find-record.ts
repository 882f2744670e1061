import type { Turn } from '@molecule/adapters';
import type { EngineParts } from './engine-parts.js';
import { type TurnRecord, turnRecordSchema } from './record/turn-record.js';

/**
 * The record of a turn: from this machine's disk, which is always the newest, else from the runner's checkpoint if that was saved on this
 * machine.
 */
export async function findRecord(
  { journal, machine }: EngineParts,
  turn: Turn,
  sessionId: string,
  matches: (record: TurnRecord) => boolean,
): Promise<TurnRecord | undefined> {
  const candidates = [await journal.read(sessionId), turnRecordSchema.safeParse(turn.checkpoint).data];
  return candidates.find(
    (record) => record !== undefined && (record.machine ?? machine) === machine && matches(record),
  );
}
