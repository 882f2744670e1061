import { z } from 'zod';
import type { OutgoingFiles } from '../engine/files/outgoing-files.js';
import { defineTool, type TurnTool } from './define-tool.js';

/** The tool with which a model sends a file to the caller. */
export function fileTool(files: OutgoingFiles): TurnTool {
  return defineTool({
    name: 'send_file',
    description: 'Adds a file of your working directory to your answer, so that the person or agent who asked gets it.',
    input: z.object({ path: z.string().min(1).describe('Relative to the working directory.') }),
    run: async ({ path }, { taskId }) => ({ sent: true, ...(await files.add(taskId, path)) }),
  });
}
