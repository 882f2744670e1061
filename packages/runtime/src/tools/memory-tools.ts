import type { RuntimeTool } from '@molecule/adapters';
import { z } from 'zod';
import { defineTool } from './define-tool.js';
import { MEMORY_SCOPES, type Memories } from './memory-store.js';

const MOST_CHARACTERS = 32_000;

/** The tools that remember beyond a conversation. */
export function memoryTools(memories: Memories): readonly RuntimeTool[] {
  return [
    defineTool({
      name: 'commit_memory',
      description: 'Remembers something beyond this conversation: a fact, a decision, a preference.',
      input: z.object({
        content: z.string().min(1).max(MOST_CHARACTERS),
        scope: z.enum(MEMORY_SCOPES).default('LOCAL').describe('LOCAL: this workspace. TEAM, GLOBAL: others, too.'),
        namespace: z.string().max(255).default('general'),
      }),
      run: (memory) => memories.commit(memory),
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
      run: async ({ query: text, scope, namespace, limit }) => ({
        memories: await memories.recall({ text, scope, namespace, limit }),
      }),
    }),
  ];
}
