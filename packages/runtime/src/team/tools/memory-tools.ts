import { z } from 'zod';
import { MEMORY_SCOPES, type Memories } from '../../tasks/team/memories.js';
import { defineTool, type TurnTool } from '../../tooling/define-tool.js';

const MOST_CHARACTERS = 32_000;

/** The tools that store and find facts across conversations. */
export function memoryTools(memories: Memories): readonly TurnTool[] {
  return [
    defineTool({
      name: 'commit_memory',
      description: 'Remembers something beyond this conversation: a fact, a decision, a preference.',
      input: z.object({
        content: z.string().min(1).max(MOST_CHARACTERS),
        scope: z.enum(MEMORY_SCOPES).default('LOCAL').describe('LOCAL: this workspace. TEAM, GLOBAL: others as well.'),
        namespace: z.string().max(255).default('general'),
      }),
      run: (memory, { owner }) => memories.commit({ ...memory, owner }),
    }),
    defineTool({
      name: 'recall_memory',
      description: 'Finds what was remembered, newest first.',
      input: z.object({
        query: z.string().default('').describe('Words that must occur; empty for everything.'),
        scope: z.enum(MEMORY_SCOPES).optional(),
        namespace: z.string().optional(),
        limit: z.int().min(1).max(100).default(20),
      }),
      run: async ({ query: text, scope, namespace, limit }, { owner }) => ({
        memories: await memories.recall({ owner, text, scope, namespace, limit }),
      }),
    }),
  ];
}
