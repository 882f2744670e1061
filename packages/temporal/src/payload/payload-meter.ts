import { cutText, type Logger } from '@molecule/adapters';
import { type DataConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult } from '../contract/task-body.js';

/** Room for a payload's metadata, and for what encryption adds. */
const ENVELOPE_BYTES = 1_024;
const LONGEST_ERROR = 4_000;
const NOTE = '\n\n[Cut here: the whole answer is in the task store.]';

/** Measures what is about to go into a history, because Temporal answers too much of it by trying again for ever. */
export class PayloadMeter {
  constructor(
    private readonly converter: DataConverter,
    private readonly limit: number,
    private readonly logger: Logger,
  ) {}

  /** Encoded size of the input when it is over the limit; undefined when it fits. */
  async excess(input: AgentTaskInput): Promise<number | undefined> {
    const size = await this.#encodedSize(input);
    return size > this.limit ? size : undefined;
  }

  /** The result, its text cut when it would not fit into the history. Whoever waits in this process has the whole one. */
  async fitResult(result: LlmResult): Promise<LlmResult> {
    const fitting = shortenError(result);
    const size = await this.#encodedSize(fitting);
    if (size <= this.limit) return fitting;
    this.logger.warn('answer is too large for the history; it is cut there', { bytes: size, limit: this.limit });
    const room = this.limit - ENVELOPE_BYTES - NOTE.length - LONGEST_ERROR * 4;
    return { ...fitting, finalText: `${cutToJsonBytes(fitting.finalText, room)}${NOTE}` };
  }

  /** Exact only where it matters: what fits as it stands fits when it is compressed, too. */
  async #encodedSize(value: unknown): Promise<number> {
    const plain = Buffer.byteLength(JSON.stringify(value)) + ENVELOPE_BYTES;
    if (plain <= this.limit) return plain;
    let payloads: Payload[] = [defaultPayloadConverter.toPayload(value)];
    for (const codec of this.converter.payloadCodecs ?? []) payloads = await codec.encode(payloads);
    return payloads.reduce((sum, payload) => sum + (payload.data?.length ?? 0), ENVELOPE_BYTES);
  }
}

function shortenError(result: LlmResult): LlmResult {
  if (!result.error || result.error.length <= LONGEST_ERROR) return result;
  return { ...result, error: `${cutText(result.error, LONGEST_ERROR)}...` };
}

/** The longest beginning of `text` that takes at most so many bytes as a JSON string. */
function cutToJsonBytes(text: string, bytes: number): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Buffer.byteLength(JSON.stringify(text.slice(0, middle))) <= bytes) low = middle;
    else high = middle - 1;
  }
  // Not through the middle of a surrogate pair.
  return text.slice(0, low).replace(/[\uD800-\uDBFF]$/, '');
}
