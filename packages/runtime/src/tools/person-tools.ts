import type { JsonObject, RuntimeTool, ToolCallContext } from '@molecule/adapters';
import { z } from 'zod';
import { defineTool } from './define-tool.js';

interface ApprovalRequest {
  readonly action: string;
  readonly reason: string;
}

/** The person behind the workspace, where there is a way to reach them besides the answer of a turn. */
export interface Person {
  notify(message: string, context: ToolCallContext): Promise<JsonObject>;
  /** Waits for the decision. */
  approve(request: ApprovalRequest, context: ToolCallContext): Promise<JsonObject>;
}

/** Without a platform the answer of the turn is the one way to a person, and the model is told so. */
export const noPerson: Person = {
  notify: async () => ({
    delivered: false,
    note: 'There is no way to the person besides your answer. Put the message into your answer.',
  }),
  approve: async () => ({
    approved: false,
    decided: false,
    note: 'Nobody can be asked while you work. Do not do it; ask for permission in your answer, and wait for the reply.',
  }),
};

/** The tools that speak to a person. */
export function personTools(person: Person): readonly RuntimeTool[] {
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
