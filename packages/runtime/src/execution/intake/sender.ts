import type { PushConfig } from '../../tasks/log/push/push-config.js';
import type { TurnInput } from '../../tasks/turn-input.js';

/** The sender of a message, independent of the transport. */
export interface Sender {
  /** The owner whose tasks it may see and create. */
  readonly owner: string;
  /** The name of the sender itself. Default: that of the owner. */
  readonly userName?: string;
  /** The protocol extensions that the request asks for. Default: none. */
  readonly extensions?: { readonly requested: readonly string[] };
  /** W3C traceparent of the request; `undefined` if it named none. */
  readonly traceparent: string | undefined;
  /** Who gets the answer if its sender does not receive it. Default: no one, because the sender can ask for it. */
  readonly answerTo?: TurnInput['answerTo'] | undefined;
  /** Where the sender is to be notified of the message's task. */
  readonly push?: PushConfig | undefined;
}
