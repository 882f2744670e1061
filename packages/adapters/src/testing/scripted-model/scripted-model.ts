import type { IncomingHttpHeaders } from 'node:http';
import type { ModelEndpoint } from '../../contract/context.js';

/** One request that the scripted model has got. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The JSON body; `undefined` when there was none or it was not JSON. */
  readonly body: unknown;
  /** Position of the script's step that was played; absent when the request was not for an answer. */
  readonly step?: number;
  /** Why it was refused (see `strict`); absent when it was not. */
  readonly refused?: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** When the client hung up before the answer was complete, in milliseconds since 1970; absent when it did not. */
  readonly aborted?: number;
}

/** A running scripted model. */
export interface ScriptedModel extends AsyncDisposable {
  /** For example `http://127.0.0.1:40123`, without the `/v1`. */
  readonly url: string;
  /** The same as an adapter gets it in `AdapterContext.modelEndpoint`. Any key will do. */
  readonly endpoint: ModelEndpoint;
  /** Every request so far, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** How many answers are on their way now. */
  readonly live: number;
  /** Forgets the requests and the errors that were counted for `times`. */
  reset(): void;
  /** Cuts what is still open and stops the server. May be called twice. */
  stop(): Promise<void>;
}

export interface ScriptedModelOptions {
  /** Default 0: any free port. Set it to come back where an earlier one was. */
  readonly port?: number;
  /** Name of the one model that `/v1/models` lists. Default `scripted`. */
  readonly model?: string;
  /** Size of its context in tokens, as `/v1/models` tells it. Default 128000. */
  readonly contextLength?: number;
  /**
   * Refuse with status 400 what the real APIs refuse: pictures that are none, empty texts, tool calls without results, and
   * (when `contextLength` is given) requests of more than that many tokens, at four characters a token. Default false.
   */
  readonly strict?: boolean;
}
