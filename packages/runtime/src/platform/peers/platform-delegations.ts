import type { JsonObject, JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { isFailureText } from '../../tasks/events/failure-text.js';
import type { DelegationEnding } from '../../tasks/team/delegation.js';
import type { PlatformCall } from '../api/platform-api.js';
import { handedOver } from './handed-over.js';

/** One list covers every delegation, so queries within this time share a call. Milliseconds. */
const SHARED_MS = 200;
/** The list shows this much of an answer, followed by three dots. */
const PREVIEW_BYTES = 300;
/** The platform's limit of records in one answer. */
const MOST_RECORDS = 500;

/** A delegation has two rows: the request and, after its end, the result. The result of a failure has no delegation id. */
const row = z.looseObject({
  delegation_id: z.string().nullish(),
  status: z.string().nullish(),
  response_preview: z.string().nullish(),
  error: z.string().nullish(),
});

const body = z.looseObject({ delegation_id: z.string().nullish(), text: z.string().nullish() }).nullish();

/** The same rows in the platform's activity records, which hold complete answers and go back further. */
const record = z.looseObject({
  method: z.string().nullish(),
  status: z.string().nullish(),
  error_detail: z.string().nullish(),
  request_body: body.catch(undefined),
  response_body: body.catch(undefined),
});

type Row = z.output<typeof row>;

const accepted = z.looseObject({ delegation_id: z.string().min(1) });

/** Delegations that the platform passes to other workspaces. */
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
   * Delegates a task. The same key means the same delegation, unless that one has failed.
   *
   * @returns the platform's id of the delegation
   * @throws {PlatformError}
   */
  async delegate(targetId: string, task: string, key: string, signal: AbortSignal): Promise<string> {
    const request: JsonObject = { target_id: targetId, task, idempotency_key: key };
    const reply = await this.#call({ method: 'POST', path: `${this.#base}/delegate`, body: request, signal });
    this.#list = undefined;
    return accepted.parse(reply).delegation_id;
  }

  /**
   * The delegation's ending; `undefined` while it runs.
   *
   * @throws {PlatformError}
   */
  async ending(id: string): Promise<DelegationEnding | undefined> {
    const rows = (await this.#rows()).filter(({ delegation_id }) => delegation_id === id);
    // Newer delegations have displaced it from the list.
    if (rows.length === 0) return this.#recorded(id);
    const failed = rows.find(({ status }) => status === 'failed');
    if (failed) return { state: 'failed', answer: failed.error ?? 'the platform gave no reason' };
    if (!rows.some(({ status }) => status === 'completed')) return undefined;
    const preview = rows.find(({ response_preview }) => typeof response_preview === 'string')?.response_preview;
    const whole = typeof preview === 'string' && Buffer.byteLength(preview) < PREVIEW_BYTES;
    if (whole) return answered(preview);
    return (
      (await this.#recorded(id)) ?? answered(`${preview ?? ''}\n\n[The platform stored only this part of the answer.]`)
    );
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
    return { state: 'failed', answer: request.error_detail ?? 'the platform gave no reason' };
  }
}

/** The platform treats every reply as an answer, also a JSON-RPC error and a plain message that reports a failure. */
function answered(text: string): DelegationEnding {
  const parsed = parsedJson(text);
  const ending = handedOver(parsed);
  if (ending) return ending;
  const refusal = refusalIn(parsed);
  if (refusal !== undefined) return { state: 'failed', answer: refusal };
  return { state: isFailureText(text) ? 'failed' : 'completed', answer: text };
}

const jsonRpcError = z.looseObject({
  jsonrpc: z.literal('2.0'),
  error: z.looseObject({ code: z.number(), message: z.string() }),
});

function refusalIn(reply: JsonValue): string | undefined {
  const parsed = jsonRpcError.safeParse(reply);
  return parsed.success ? `${parsed.data.error.message} (${parsed.data.error.code})` : undefined;
}

/** Null: it is no JSON, or only looks like it. */
function parsedJson(text: string): JsonValue {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
