import type { Selectable } from 'kysely';
import type { Delegation, DelegationMode, DelegationState } from './delegation.js';
import type { DelegationsTable } from './schema.js';

/** What a row says of the report of a delegation's end. */
export const REPORT = { toSend: 'to send', inDoubt: 'in doubt' } as const;

export function toDelegation(row: Selectable<DelegationsTable>): Delegation {
  return {
    id: row.id,
    owner: row.owner,
    parentTask: row.parent_task,
    peerId: row.peer_id,
    peerName: row.peer_name,
    url: row.url,
    text: row.text,
    mode: row.mode as DelegationMode,
    state: row.state as DelegationState,
    remoteTask: row.remote_task ?? undefined,
    answer: row.answer ?? undefined,
    attempts: row.attempts,
    reported: row.reported === 1,
    createdAt: row.created_at,
    follower: row.follower ?? undefined,
    isInDoubt: row.report === REPORT.inDoubt,
  };
}
