import type { RuntimeTool } from '@molecule/adapters';
import { z } from 'zod';
import { defineTool } from '../tools/define-tool.js';
import type { OutgoingFiles } from './outgoing-files.js';

/** The tool that hands a file to whoever asked. */
export function fileTool(files: OutgoingFiles): RuntimeTool {
  return defineTool({
    name: 'send_file',
    description: 'Adds a file of your working directory to your answer, so that the person or agent who asked gets it.',
    input: z.object({ path: z.string().min(1).describe('Relative to the working directory.') }),
    run: async ({ path }, { taskId }) => ({ sent: true, ...(await files.add(taskId, path)) }),
  });
}
