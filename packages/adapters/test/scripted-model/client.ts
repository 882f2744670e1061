/** Sends a JSON body, and returns the answer before its body is read. */
export function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of a wire format at many depths.
export type Json = any;

export async function postJson(url: string, body: unknown): Promise<Json> {
  const response = await post(url, body);
  return response.json();
}

/** The `data` of all server-sent events, parsed; `[DONE]` stays a string. */
export async function postStream(url: string, body: object): Promise<Json[]> {
  const response = await post(url, { ...body, stream: true });
  return parseEvents(await response.text());
}

export function parseEvents(text: string): Json[] {
  return text
    .split('\n\n')
    .flatMap((block) => block.split('\n').filter((line) => line.startsWith('data: ')))
    .map((line) => line.slice('data: '.length))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

/** The text of a prompt that plays these steps. */
export function script(...steps: object[]): string {
  return `please [${JSON.stringify(steps)}]`;
}

export function user(content: unknown) {
  return { role: 'user', content };
}
