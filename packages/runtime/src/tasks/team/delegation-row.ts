import type { Selectable } from 'kysely';
import type { Delegation, DelegationMode, DelegationState } from './delegation.js';
import type { DelegationsTable } from './schema.js';

/** What a row says of the reports of a delegation: what is next, and whether it may have been sent already. */
export const REPORT = {
  toSend: 'to send',
  beginInDoubt: 'begin in doubt',
  begun: 'begun',
  endInDoubt: 'end in doubt',
  ended: 'ended',
  inDoubt: 'in doubt',
} as const;

const STEPS: Readonly<Record<string, Pick<Delegation, 'report' | 'isInDoubt'>>> = {
  [REPORT.toSend]: { report: 'begin', isInDoubt: false },
  [REPORT.beginInDoubt]: { report: 'begin', isInDoubt: true },
  [REPORT.begun]: { report: 'end', isInDoubt: false },
  [REPORT.endInDoubt]: { report: 'end', isInDoubt: true },
  [REPORT.ended]: { report: 'answer', isInDoubt: false },
  [REPORT.inDoubt]: { report: 'answer', isInDoubt: true },
};

/** The value of a row for what is next. */
export function reportOf(next: NonNullable<Delegation['report']>, isInDoubt: boolean): string | undefined {
  const steps = Object.entries(STEPS);
  return steps.find(([, step]) => step.report === next && step.isInDoubt === isInDoubt)?.[0];
}

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
    ...(STEPS[row.report ?? ''] ?? { report: undefined, isInDoubt: false }),
  };
}
