import { cutText, type Logger } from '@molecule/adapters';
import { type DataConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';

/** Room for a payload's metadata and for the overhead of encryption. */
const ENVELOPE_BYTES = 1_024;
const LONGEST_ERROR = 4_000;
const NOTE = '\n\n[Cut here: the whole answer is in the task store.]';

/** Measures payloads for a history, because Temporal retries a step with a payload that is too large for ever. */
export class PayloadMeter {
  readonly #converter: DataConverter;
  readonly #limit: number;
  readonly #logger: Logger;

  constructor(converter: DataConverter, limit: number, logger: Logger) {
    this.#converter = converter;
    this.#limit = limit;
    this.#logger = logger;
  }

  /** Encoded size of the input if it exceeds the limit; undefined if it fits. */
  async excess(input: TurnInput): Promise<number | undefined> {
    const size = await this.#encodedSize(input);
    return size > this.#limit ? size : undefined;
  }

  /** The result, with its text cut if it does not fit into the history. Callers in this process get the whole result. */
  async fitResult(result: TurnSummary): Promise<TurnSummary> {
    const fitting = shortenError(result);
    const size = await this.#encodedSize(fitting);
    if (size <= this.#limit) return fitting;
    this.#logger.warn('answer is too large for the history and is cut there', { bytes: size, limit: this.#limit });
    const room = this.#limit - ENVELOPE_BYTES - NOTE.length - LONGEST_ERROR * 4;
    return { ...fitting, finalText: `${cutToJsonBytes(fitting.finalText, room)}${NOTE}` };
  }

  /** Exact only above the limit: a value that fits uncompressed also fits compressed. */
  async #encodedSize(value: unknown): Promise<number> {
    const plain = Buffer.byteLength(JSON.stringify(value)) + ENVELOPE_BYTES;
    if (plain <= this.#limit) return plain;
    let payloads: Payload[] = [defaultPayloadConverter.toPayload(value)];
    for (const codec of this.#converter.payloadCodecs ?? []) payloads = await codec.encode(payloads);
    return payloads.reduce((sum, payload) => sum + (payload.data?.length ?? 0), ENVELOPE_BYTES);
  }
}

function shortenError(result: TurnSummary): TurnSummary {
  if (!result.error || result.error.length <= LONGEST_ERROR) return result;
  return { ...result, error: `${cutText(result.error, LONGEST_ERROR)}...` };
}

/** The longest beginning of `text` that takes at most this many bytes as a JSON string. */
function cutToJsonBytes(text: string, bytes: number): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Buffer.byteLength(JSON.stringify(text.slice(0, middle))) <= bytes) low = middle;
    else high = middle - 1;
  }
  // The cut must not split a surrogate pair.
  return text.slice(0, low).replace(/[\uD800-\uDBFF]$/, '');
}
