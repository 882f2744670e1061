import type { JsonObject, RuntimeTool } from '@molecule/adapters';
import { z } from 'zod';
import { getChildren } from '../coordinator/children.js';
import { routeTaskToTeam } from '../coordinator/route-task-to-team.js';
import type { Delegation } from '../delegation/delegation-store.js';
import type { Delegator } from '../delegation/delegator.js';
import { isReachable, type PeerDirectory } from '../delegation/team-peer.js';
import { defineTool } from './define-tool.js';

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

/** The tools that hand work to other workspaces. */
export function delegationTools({ delegator, directory, ownId }: DelegationToolsOptions): readonly RuntimeTool[] {
  return [
    defineTool({
      name: 'delegate_task',
      description: 'Hands a task to a peer and waits for its answer.',
      input: delegated,
      run: async ({ workspace_id: peerId, task }, { taskId, signal }) =>
        describe(await delegator.delegate({ parentTask: taskId, peerId, text: task, mode: 'wait', signal })),
    }),
    defineTool({
      name: 'delegate_task_async',
      description:
        'Hands a task to a peer and returns at once with a delegation_id. The answer comes as a message of its own when this turn is over, or ask check_task_status for it.',
      input: delegated,
      run: async ({ workspace_id: peerId, task }, { taskId, signal }) =>
        describe(await delegator.delegate({ parentTask: taskId, peerId, text: task, mode: 'later', signal })),
    }),
    defineTool({
      name: 'check_task_status',
      description: 'Tells how a task stands that delegate_task_async handed over, and its answer when there is one.',
      input: z.object({ delegation_id: z.string().min(1) }),
      run: async ({ delegation_id: id }) => {
        const delegation = await delegator.check(id);
        return delegation ? describe(delegation) : { status: 'unknown', note: `There is no delegation ${id}.` };
      },
    }),
    defineTool({
      name: 'route_task_to_team',
      description:
        'Gives a task, or several parts of it at the same time, to the members of your team whose skills fit. A member that fails is told, and another one is tried.',
      input: z.object({
        task: z.string().min(1).describe('The whole task: members know nothing of this conversation.'),
        parts: z.array(z.string().min(1)).max(MOST_PARTS).optional().describe('Parts that can be done independently.'),
        preferred_member_id: z.string().optional().describe('The member to be asked first.'),
      }),
      run: async ({ task, parts, preferred_member_id: preferred }, { taskId, signal }) => {
        const reachable = (await directory.peers()).filter(isReachable);
        const children = getChildren(reachable, ownId);
        const members = children.length > 0 ? children : reachable.filter(({ id }) => id !== ownId);
        if (members.length === 0) return { done: false, note: 'You have no team. Do the task yourself.' };
        const routed = await routeTaskToTeam({
          delegator,
          members,
          parts: parts && parts.length > 0 ? parts : [task],
          parentTask: taskId,
          signal,
          ...(preferred !== undefined && { preferred }),
        });
        return {
          done: routed.every(({ done }) => done),
          ...(routed.length > 1 && {
            note: 'Put the answers together into one, and say which part could not be done.',
          }),
          parts: routed.map((part) => ({ ...part, failed: part.failed.map((one) => ({ ...one })) })),
        };
      },
    }),
  ];
}

function describe({ id, state, peerName, answer }: Delegation): JsonObject {
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
