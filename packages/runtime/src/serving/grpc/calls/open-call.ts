import { type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { LAST_EVENT_ID, type Refusal, refusalStatus } from '../errors/refusal.js';
import { refusalOf } from '../errors/refusal-of.js';
import type { AnswerStream } from './answer-stream.js';
import { GrpcClientStream, type StreamLimits } from './grpc-client-stream.js';
import { firstOf } from './metadata.js';

/** The end of a call whose client does not read. It can return to its stream. */
const NOT_READ: Refusal = {
  code: status.UNAVAILABLE,
  message: `The client has read nothing for a minute. It can subscribe to the task with the metadata "${LAST_EVENT_ID}".`,
  reason: 'STREAM_NOT_READ',
  info: { code: 'STREAM_NOT_READ' },
};

/** Time for the status of an interrupted call. */
const STATUS_MS = 1_000;

/** How a call is answered. */
export interface Answering {
  /** Ends the call with this status. */
  readonly end: (status: StatusObject) => void;
  readonly stream: AnswerStream;
  readonly limits: StreamLimits;
  /** Of the protocol. */
  readonly version: string;
}

/** A call that is being answered: who reads the answer, how far it has been sent, and how it ends. */
export class OpenCall {
  readonly client: GrpcClientStream;
  readonly #answering: Answering;
  /** The numbers of the events that have been handed to the client library, but not sent. */
  readonly #unsent: number[] = [];
  #lastSent: number | undefined;
  #failure: unknown;

  constructor(metadata: Metadata, answering: Answering) {
    this.#answering = answering;
    const { limits } = answering;
    this.client = new GrpcClientStream(firstOf(metadata, LAST_EVENT_ID), () => this.interrupt(NOT_READ), limits);
  }

  /** The operation has failed. The SDK keeps only a part of the error. */
  failed(error: unknown): void {
    this.#failure = error;
  }

  /** The SDK receives an event with this number. */
  yields(seq: number): void {
    this.#unsent.push(seq);
  }

  /** A message of the answer is sent. */
  sends(): void {
    this.#lastSent = this.#unsent.shift() ?? this.#lastSent;
    this.#answering.stream.takes();
  }

  /** The answer is complete, or its last message is about to be sent. */
  answered(): void {
    const { stream, limits } = this.#answering;
    stream.watch(limits.stalledMs);
  }

  /** The status of the failed call, in place of the one that the SDK has made. */
  failure(): StatusObject {
    return refusalStatus(this.#atLastEvent(refusalOf(this.#failure, this.#answering.version)));
  }

  /** Ends the call before its answer is complete; the work on its task goes on. */
  interrupt(refusal: Refusal): void {
    const { end, stream } = this.#answering;
    end(refusalStatus(this.#atLastEvent(refusal)));
    stream.resetAfter(STATUS_MS);
    this.client.closed();
  }

  #atLastEvent(refusal: Refusal): Refusal {
    return { ...refusal, lastEventId: this.#lastSent };
  }
}
