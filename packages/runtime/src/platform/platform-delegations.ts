import type { JsonObject, JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { tellsFailure } from '../a2a/plain-reply.js';
import type { DelegationEnding } from '../delegation/delegation-store.js';
import type { PlatformCall } from './platform-api.js';

/** One list tells of every delegation: those who ask within this time share it. Milliseconds. */
const SHARED_MS = 200;
/** The list shows so much of an answer, and three dots. */
const PREVIEW_BYTES = 300;
/** The platform gives no more of its records at once. */
const MOST_RECORDS = 500;

/** A delegation has two rows, the request and, once it is over, the result; that of a failure names no delegation. */
const row = z.looseObject({
  delegation_id: z.string().nullish(),
  status: z.string().nullish(),
  response_preview: z.string().nullish(),
  error: z.string().nullish(),
});

const body = z.looseObject({ delegation_id: z.string().nullish(), text: z.string().nullish() }).nullish();

/** The same rows in the platform's records, which hold answers in full and go back further. */
const record = z.looseObject({
  method: z.string().nullish(),
  status: z.string().nullish(),
  error_detail: z.string().nullish(),
  request_body: body.catch(undefined),
  response_body: body.catch(undefined),
});

type Row = z.output<typeof row>;

const accepted = z.looseObject({ delegation_id: z.string().min(1) });

/** Tasks that the platform hands on to other workspaces. */
export class PlatformDelegations {
  readonly #call: (call: PlatformCall) => Promise<JsonValue>;
  readonly #base: string;
  #list: Promise<readonly Row[]> | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(call: (call: PlatformCall) => Promise<JsonValue>, workspaceId: string) {
    this.#call = call;
    this.#base = `/workspaces/${encodeURIComponent(workspaceId)}`;
  }

  /**
   * Hands a task over; the same key is the same delegation, unless it has failed.
   *
   * @returns the platform's id of it
   * @throws {PlatformError}
   */
  async handOver(targetId: string, task: string, key: string, signal: AbortSignal): Promise<string> {
    const asked: JsonObject = { target_id: targetId, task, idempotency_key: key };
    const reply = await this.#call({ method: 'POST', path: `${this.#base}/delegate`, body: asked, signal });
    this.#list = undefined;
    return accepted.parse(reply).delegation_id;
  }

  /**
   * How the delegation has ended; `undefined` while it has not.
   *
   * @throws {PlatformError}
   */
  async ending(id: string): Promise<DelegationEnding | undefined> {
    const rows = (await this.#rows()).filter(({ delegation_id }) => delegation_id === id);
    // So many others have come since that it stands on the list no more.
    if (rows.length === 0) return this.#recorded(id);
    const failed = rows.find(({ status }) => status === 'failed');
    if (failed) return { state: 'failed', answer: failed.error ?? 'the platform does not say why' };
    if (!rows.some(({ status }) => status === 'completed')) return undefined;
    const preview = rows.find(({ response_preview }) => typeof response_preview === 'string')?.response_preview;
    const whole = typeof preview === 'string' && Buffer.byteLength(preview) < PREVIEW_BYTES;
    if (whole) return answered(preview);
    return (await this.#recorded(id)) ?? answered(`${preview ?? ''}\n\n[The platform keeps no more of this answer.]`);
  }

  #rows(): Promise<readonly Row[]> {
    if (this.#list === undefined || performance.now() - this.#listedAt > SHARED_MS) {
      this.#listedAt = performance.now();
      const asked = this.#call({ method: 'GET', path: `${this.#base}/delegations` });
      const list = asked.then((rows) => z.array(row).parse(rows ?? []));
      this.#list = list;
    }
    return this.#list;
  }

  async #recorded(id: string): Promise<DelegationEnding | undefined> {
    const path = `${this.#base}/activity?type=delegation&limit=${MOST_RECORDS}`;
    const records = z.array(record).parse((await this.#call({ method: 'GET', path })) ?? []);
    const result = records.find(({ response_body }) => response_body?.delegation_id === id);
    if (result) return answered(result.response_body?.text ?? '');
    const request = records.find(({ request_body }) => request_body?.delegation_id === id);
    if (request?.status !== 'failed') return undefined;
    return { state: 'failed', answer: request.error_detail ?? 'the platform does not say why' };
  }
}

/** The platform takes whatever came back for an answer: a refusal in the words of JSON-RPC, and a failure told in text. */
function answered(text: string): DelegationEnding {
  const refusal = refusalIn(text);
  if (refusal !== undefined) return { state: 'failed', answer: refusal };
  return { state: tellsFailure(text) ? 'failed' : 'completed', answer: text };
}

const jsonRpcError = z.looseObject({
  jsonrpc: z.literal('2.0'),
  error: z.looseObject({ code: z.number(), message: z.string() }),
});

function refusalIn(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed = jsonRpcError.safeParse(JSON.parse(text));
    return parsed.success ? `${parsed.data.error.message} (${parsed.data.error.code})` : undefined;
  } catch {
    // An answer that only looks like JSON.
    return undefined;
  }
}
