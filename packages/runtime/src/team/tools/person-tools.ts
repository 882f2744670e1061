import type { JsonObject } from '@molecule/adapters';
import { z } from 'zod';
import { defineTool, type TurnTool } from '../../tooling/define-tool.js';
import type { ToolCall } from '../../tooling/tool-turns.js';

interface ApprovalRequest {
  readonly action: string;
  readonly reason: string;
}

/** The user of the workspace, reached other than by the answer of a turn. */
export interface Person {
  notify(message: string, call: ToolCall): Promise<JsonObject>;
  /** Waits for the user's decision. */
  approve(request: ApprovalRequest, call: ToolCall): Promise<JsonObject>;
}

/** Without a platform only the answer of the turn reaches the user; the results of the tools say so. */
export const noPerson: Person = {
  notify: async () => ({
    delivered: false,
    note: 'Only your answer reaches the person. Put the message into your answer.',
  }),
  approve: async () => ({
    approved: false,
    decided: false,
    note: 'No person can be asked during this turn. Do not do it; ask for permission in your answer, and wait for the reply.',
  }),
};

/** The tools that reach a person. */
export function personTools(person: Person): readonly TurnTool[] {
  return [
    defineTool({
      name: 'send_message_to_user',
      description: 'Sends a message to the person at once, before your answer: progress, or something they must know.',
      input: z.object({ message: z.string().min(1) }),
      run: ({ message }, context) => person.notify(message, context),
    }),
    defineTool({
      name: 'request_approval',
      description: 'Asks a person for permission before something that cannot be undone, and waits for the decision.',
      input: z.object({ action: z.string().min(1), reason: z.string().default('') }),
      run: (request, context) => person.approve(request, context),
    }),
  ];
}
