import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScriptStep } from './script-step.js';
import type { Frame, Reply, WireFormat } from './wire-format.js';

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** `sent`: completely; `cut`: the step cut it off; `hung-up`: the client disconnected first. */
export type SendOutcome = 'sent' | 'cut' | 'hung-up';

/** Sends a reply as its step says: late, slowly, cut off, completely or never. Ends if the client disconnects. */
export async function sendReply(
  response: ServerResponse,
  format: WireFormat,
  reply: Reply,
  step: ScriptStep,
): Promise<SendOutcome> {
  const gone = hangUpSignal(response);
  if (step.hang === true) await untilAborted(gone);
  else await pause(step.delayMs, gone);
  if (gone.aborted) return 'hung-up';
  const headers = { 'request-id': `req_${reply.number}`, 'x-request-id': `req_${reply.number}` };
  if (step.page !== undefined) {
    response.writeHead(200, { 'content-type': step.page.contentType ?? 'text/html; charset=utf-8', ...headers });
    response.end(step.page.body);
    return 'sent';
  }
  if (reply.body['stream'] !== true && step.frames === undefined) {
    if (step.cut) return cut(response);
    sendJson(response, 200, format.complete(reply), headers);
    return 'sent';
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...headers });
  if (step.frames !== undefined) {
    for (const frame of step.frames) response.write(encodeScripted(frame));
    response.end();
    return 'sent';
  }
  let chunks = 0;
  for (const frame of format.stream(reply)) {
    response.write(encode(frame));
    if (!frame.chunk) continue;
    chunks += 1;
    if (step.cut && chunks >= step.cut) return cut(response);
    await pause(step.chunkMs, gone);
    if (gone.aborted) return 'hung-up';
  }
  response.end();
  return 'sent';
}

function cut(response: ServerResponse): SendOutcome {
  response.destroy();
  return 'cut';
}

function encode(frame: Frame): string {
  return `${frame.event === undefined ? '' : `event: ${frame.event}\n`}data: ${frame.data}\n\n`;
}

function encodeScripted(frame: string | Readonly<Record<string, unknown>>): string {
  if (typeof frame === 'string') return `${frame}\n\n`;
  // Only Anthropic's events have a type, and it is the event's name.
  const { type } = frame;
  return encode({ ...(typeof type === 'string' ? { event: type } : {}), data: JSON.stringify(frame), chunk: false });
}

function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

async function pause(milliseconds: number | undefined, gone: AbortSignal): Promise<void> {
  if (milliseconds === undefined || milliseconds <= 0) return;
  // Rejects only for the abort, which the caller checks.
  await delay(milliseconds, undefined, { signal: gone }).catch(() => undefined);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
