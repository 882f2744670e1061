import { setTimeout as sleep } from 'node:timers/promises';
import type { WireTask } from '../wire.ts';

/** How long a client tries to reach an agent that restarts. */
const PATIENCE_MS = 60_000;

/** Sends a message again until it is accepted, with the same id. Returns the id of its task. */
export async function sendMessage(url: string, text: string, hook: string): Promise<string> {
  const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }] };
  const configuration = { returnImmediately: true, taskPushNotificationConfig: { url: hook } };
  const { task } = (await call(url, 'SendMessage', { message, configuration })) as { readonly task: WireTask };
  return task.id;
}

export async function getTask(url: string, id: string): Promise<WireTask> {
  return (await call(url, 'GetTask', { id })) as WireTask;
}

async function call(url: string, method: string, params: object): Promise<unknown> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
      if (result !== undefined) return result;
      throw new Error(`${method} was refused: ${JSON.stringify(error)}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
