import { openStream, type WireEvent } from '../../support/wire.js';

export const CURRENT = { 'content-type': 'application/json', 'a2a-version': '1.0' } as const;
/** Headers of a 0.3 client, which name no version. */
export const LEGACY = { 'content-type': 'application/json' } as const;

/** Every event of a stream by JSON-RPC, as it was on the wire. */
export async function eventsOf(
  url: string,
  method: string,
  params: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  for await (const event of await openStream(url, method, params, headers)) events.push(event);
  return events;
}

/** The one member of a stream event's result, and its name. */
export function payloadOf(event: WireEvent | undefined): readonly [kind: string, value: Record<string, unknown>] {
  const [entry] = Object.entries(event?.data.result ?? {});
  if (!entry) throw new Error(`The event has no result: ${JSON.stringify(event)}`);
  return entry as [string, Record<string, unknown>];
}

export function legacyMessage(text: string, more: object = {}): object {
  return {
    message: {
      kind: 'message',
      messageId: crypto.randomUUID(),
      role: 'user',
      parts: [{ kind: 'text', text }],
      ...more,
    },
  };
}

/** A message in the form of REST of 0.3. */
export function protoMessage(content: readonly object[], more: object = {}): object {
  return { request: { messageId: crypto.randomUUID(), role: 'ROLE_USER', content }, ...more };
}

export async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = CURRENT,
): Promise<{
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}> {
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}
