import { z } from 'zod';
import type { Dialect, SeenTask } from './dialect.js';
import { codeOf, joinText } from './task-parts.js';

const status = z.object({ state: z.string().regex(/^TASK_STATE_/), message: z.unknown().optional() });
const part = z.object({ text: z.string().optional() });
const artifact = z.object({ artifactId: z.string().min(1), parts: z.array(part) });
const task = z.object({
  id: z.string().min(1),
  contextId: z.string().min(1),
  status,
  artifacts: z.array(artifact).optional(),
});
const event = z.union([
  z.object({ task }),
  z.object({ statusUpdate: z.object({ taskId: z.string().min(1), status }) }),
  z.object({ artifactUpdate: z.object({ artifact, append: z.boolean().optional() }) }),
]);

/** A2A 1.0. */
export const DIALECT_1_0: Dialect = {
  version: '1.0',
  headers: { 'A2A-Version': '1.0' },
  methods: { send: 'SendMessage', stream: 'SendStreamingMessage', get: 'GetTask', cancel: 'CancelTask' },
  message: (text, ids) => ({
    message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...ids },
  }),
  readTask(result) {
    const wrapped = z.object({ task }).safeParse(result);
    return seen(wrapped.success ? wrapped.data.task : task.parse(result));
  },
  readEvent(result) {
    const found = event.parse(result);
    if ('task' in found) return { kind: 'task', task: seen(found.task) };
    if ('statusUpdate' in found) {
      const { taskId, status: next } = found.statusUpdate;
      return { kind: 'status', taskId, state: stateOf(next.state) };
    }
    const { artifact: piece, append } = found.artifactUpdate;
    return { kind: 'artifact', artifactId: piece.artifactId, text: joinText(piece.parts), append: append === true };
  },
};

function seen({ id, contextId, status: { state, message }, artifacts = [] }: z.infer<typeof task>): SeenTask {
  const code = codeOf(message);
  const text = artifacts.map(({ parts }) => joinText(parts)).join('');
  return { id, contextId, state: stateOf(state), text, ...(code !== undefined && { code }) };
}

/** `TASK_STATE_INPUT_REQUIRED` is `input-required` in 0.3. */
function stateOf(state: string): string {
  return state
    .replace(/^TASK_STATE_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}
