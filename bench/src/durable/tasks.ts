import { request } from 'node:http';
import { streamMessage } from '../client.ts';

/** Runs one task. Returns the milliseconds until its first text and until its answer, and its workflow. */
export type Task = () => Promise<{ readonly textMs: number; readonly answerMs: number; readonly workflowId: string }>;

/** A message to the runtime. */
export function messageTask(url: string): Task {
  return async () => {
    const begun = performance.now();
    let textMs = Number.NaN;
    const whole = await streamMessage(url, 'hello', {
      onChunk: (chunk) => {
        if (Number.isNaN(textMs) && chunk.includes('"artifactUpdate"')) textMs = performance.now() - begun;
      },
    });
    const taskId = /"task":\{"id":"([^"]+)"/.exec(whole)?.[1];
    return { textMs, answerMs: performance.now() - begun, workflowId: `molecule-${taskId}` };
  };
}

/** A workflow of a variant in `servers/seed-shape.ts`. */
export function workflowTask(url: string, shape: string): Task {
  return () =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      let textMs = Number.NaN;
      let whole = '';
      const call = request(`${url}/${shape}`, { method: 'POST' }, (response) => {
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (Number.isNaN(textMs)) textMs = performance.now() - begun;
          whole += chunk;
        });
        response.on('end', () => {
          const workflowId = whole.trim().split('\n').at(-1) ?? '';
          resolve({ textMs, answerMs: performance.now() - begun, workflowId });
        });
      });
      call.on('error', reject);
      call.end();
    });
}
