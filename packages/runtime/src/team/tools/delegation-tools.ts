import type { JsonObject } from '@molecule/adapters';
import { z } from 'zod';
import type { Delegation } from '../../tasks/team/delegation.js';
import { defineTool, type TurnTool } from '../../tooling/define-tool.js';
import { getChildren } from '../coordinator/children.js';
import { routeTaskToTeam } from '../coordinator/route-task-to-team.js';
import type { Delegator } from '../delegation/delegator.js';
import { isReachable, type PeerDirectory } from '../delegation/team-peer.js';

const MOST_PARTS = 16;

const delegated = z.object({
  workspace_id: z.string().min(1).describe('The id of the peer, from list_peers.'),
  task: z.string().min(1).describe('The whole task: the peer knows nothing of this conversation.'),
});

export interface DelegationToolsOptions {
  readonly delegator: Delegator;
  readonly directory: PeerDirectory;
  readonly ownId: string;
}

/** The tools that delegate work to other workspaces. */
export function delegationTools({ delegator, directory, ownId }: DelegationToolsOptions): readonly TurnTool[] {
  return [
    defineTool({
      name: 'delegate_task',
      description: 'Delegates a task to a peer and waits for its answer.',
      input: delegated,
      run: async ({ workspace_id: peerId, task }, { taskId, owner, signal }) =>
        resultOf(await delegator.delegate({ parentTask: taskId, owner, peerId, text: task, mode: 'wait', signal })),
    }),
    defineTool({
      name: 'delegate_task_async',
      description:
        'Delegates a task to a peer and returns at once with a delegation_id. The answer arrives as a new message after this turn has ended, or call check_task_status.',
      input: delegated,
      run: async ({ workspace_id: peerId, task }, { taskId, owner, signal }) =>
        resultOf(await delegator.delegate({ parentTask: taskId, owner, peerId, text: task, mode: 'later', signal })),
    }),
    defineTool({
      name: 'check_task_status',
      description: 'Returns the state of a task that delegate_task_async delegated, and its answer if there is one.',
      input: z.object({ delegation_id: z.string().min(1) }),
      run: async ({ delegation_id: id }, { owner }) => {
        const delegation = await delegator.check(id, owner);
        return delegation ? resultOf(delegation) : { status: 'unknown', note: `There is no delegation ${id}.` };
      },
    }),
    defineTool({
      name: 'route_task_to_team',
      description:
        'Delegates a task, or several parts of it at the same time, to the members of your team whose skills fit. If a member fails, the result says so, and another one is tried.',
      input: z.object({
        task: z.string().min(1).describe('The whole task: members know nothing of this conversation.'),
        parts: z.array(z.string().min(1)).max(MOST_PARTS).optional().describe('Parts that can be done independently.'),
        preferred_member_id: z.string().optional().describe('The member to try first.'),
      }),
      run: async ({ task, parts, preferred_member_id: preferred }, { taskId, owner, signal }) => {
        const reachable = (await directory.peers()).filter(isReachable);
        const children = getChildren(reachable, ownId);
        const members = children.length > 0 ? children : reachable.filter(({ id }) => id !== ownId);
        if (members.length === 0) return { done: false, note: 'You have no team. Do the task yourself.' };
        const routed = await routeTaskToTeam({
          delegator,
          members,
          parts: parts && parts.length > 0 ? parts : [task],
          parentTask: taskId,
          owner,
          signal,
          ...(preferred !== undefined && { preferred }),
        });
        return {
          done: routed.every(({ done }) => done),
          ...(routed.length > 1 && {
            note: 'Combine the answers into one, and say which part could not be done.',
          }),
          parts: routed.map((part) => ({ ...part, failed: part.failed.map((one) => ({ ...one })) })),
        };
      },
    }),
  ];
}

function resultOf({ id, state, peerName, answer }: Delegation): JsonObject {
  return {
    delegation_id: id,
    peer: peerName,
    status: state,
    ...(state === 'completed' && { answer: answer ?? '' }),
    ...(state === 'input-required' && {
      question: answer ?? '',
      note: 'The peer needs to know this. Delegate the task again with the answer in it.',
    }),
    ...((state === 'failed' || state === 'canceled') && { reason: answer ?? '' }),
  };
}
