import type { IncomingHttpHeaders } from 'node:http';
import type { ModelEndpoint } from '../../contract/context.js';

/** A request that the scripted model received. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The JSON body; `undefined` if it was empty or not JSON. */
  readonly body: unknown;
  /** Position of the step that was played; absent if the request was not for an answer. */
  readonly step?: number;
  /** Why it was refused (`strict`); absent if it was not. */
  readonly refused?: string;
  /** Time of arrival, in milliseconds since 1970. */
  readonly at: number;
  /** Time at which the client disconnected before the answer was complete, in milliseconds since 1970; absent if it did not. */
  readonly aborted?: number;
  /** Time at which the answer was complete, or the client disconnected, in milliseconds since 1970; absent while it is being sent. */
  readonly ended?: number;
}

/** A running scripted model. */
export interface ScriptedModel extends AsyncDisposable {
  /** For example `http://127.0.0.1:40123`, without `/v1`. */
  readonly url: string;
  /** The same for `AdapterContext.modelEndpoint`. The server accepts any key. */
  readonly endpoint: ModelEndpoint;
  /** Every request so far, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Number of answers that are being sent. */
  readonly live: number;
  /** Deletes the requests and the counts for `times`. */
  reset(): void;
  /** Closes every connection and stops the server. A second call returns the same promise. */
  stop(): Promise<void>;
}

export interface ScriptedModelOptions {
  /** Default 0, any free port. Set it to listen where an earlier scripted model listened. */
  readonly port?: number;
  /** Name of the only model in `/v1/models`. Default `scripted`. */
  readonly model?: string;
  /** Size of the model's context in tokens, as `/v1/models` reports it. Default 128000. */
  readonly contextLength?: number;
  /**
   * If true, refuse with status 400 what the real APIs refuse: invalid pictures, empty texts, tool calls without results and, if
   * `contextLength` is given, longer requests (four characters count as a token). Default false.
   */
  readonly strict?: boolean;
}
