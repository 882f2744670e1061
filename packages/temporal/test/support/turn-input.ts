import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@molecule/adapters';
import type { TurnInput } from '../../src/index.js';

/** A turn's input; `metadata` tells the test body what to do. */
export function turnInput(metadata: JsonObject = {}, fields: Partial<TurnInput> = {}): TurnInput {
  return {
    taskId: `task-${randomUUID()}`,
    contextId: 'context-1',
    messageId: 'message-1',
    turn: 1,
    userInput: 'hello',
    parts: [{ kind: 'text', text: 'hello' }],
    model: 'test:model',
    workspaceId: 'workspace-1',
    history: [],
    metadata,
    ...fields,
  };
}
