import { z } from 'zod';
import type { Dialect, SeenTask } from './dialect.js';
import { codeOf, joinText } from './task-parts.js';

const status = z.object({ state: z.string().regex(/^[a-z-]+$/), message: z.unknown().optional() });
const part = z.object({ kind: z.string(), text: z.string().optional() });
const artifact = z.object({ artifactId: z.string().min(1), parts: z.array(part) });
const task = z.object({
  kind: z.literal('task'),
  id: z.string().min(1),
  contextId: z.string().min(1),
  status,
  artifacts: z.array(artifact).optional(),
});
const event = z.discriminatedUnion('kind', [
  task,
  z.object({ kind: z.literal('status-update'), taskId: z.string().min(1), status }),
  z.object({ kind: z.literal('artifact-update'), artifact, append: z.boolean().optional() }),
]);

/** A2A 0.3, the version of a request without a version header. */
export const DIALECT_0_3: Dialect = {
  version: '0.3',
  headers: {},
  methods: { send: 'message/send', stream: 'message/stream', get: 'tasks/get', cancel: 'tasks/cancel' },
  message: (text, ids) => ({
    message: {
      kind: 'message',
      messageId: crypto.randomUUID(),
      role: 'user',
      parts: [{ kind: 'text', text }],
      ...ids,
    },
  }),
  readTask: (result) => seen(task.parse(result)),
  readEvent(result) {
    const found = event.parse(result);
    switch (found.kind) {
      case 'task':
        return { kind: 'task', task: seen(found) };
      case 'status-update':
        return { kind: 'status', taskId: found.taskId, state: found.status.state };
      case 'artifact-update': {
        const { artifact: piece, append } = found;
        return { kind: 'artifact', artifactId: piece.artifactId, text: joinText(piece.parts), append: append === true };
      }
    }
  },
};

function seen({ id, contextId, status: { state, message }, artifacts = [] }: z.infer<typeof task>): SeenTask {
  const code = codeOf(message);
  const text = artifacts.map(({ parts }) => joinText(parts)).join('');
  return { id, contextId, state, text, ...(code !== undefined && { code }) };
}
