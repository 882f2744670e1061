import { apiUrl, type Query } from './addresses.js';
import { ApiError, errorOf } from './api-error.js';
import { readToken } from './session-token.js';

/** Called when the server refuses the token or asks for one. */
let onUnauthorized: () => void = () => undefined;

export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

/** `fetch` with the token of this tab. It fails with an `ApiError` for every answer but success. */
export async function request(url: URL | string, init: RequestInit = {}): Promise<Response> {
  const response = await tokenFetch(url, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, error instanceof Error ? error.message : String(error), undefined, { cause: error });
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** `fetch` with the token of this tab, for the A2A client, which reads failures itself. */
export const tokenFetch: typeof fetch = async (input, init = {}) => {
  const token = readToken();
  const headers = new Headers(init.headers);
  if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(input, { ...init, headers, credentials: 'same-origin' });
  if (response.status === 401) onUnauthorized();
  return response;
};

/** The JSON at a path of the read API. */
export async function getJson<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const init = { headers: { accept: 'application/json' }, ...(signal !== undefined && { signal }) };
  return (await (await request(apiUrl(path, query), init)).json()) as T;
}
