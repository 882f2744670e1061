/**
 * The turn ends because the agent does not do the task, for example because it is none of its skills. The task ends as rejected. Text and
 * artifacts so far stay. An agent that tried and failed throws `EngineError` instead.
 */
export interface RejectEvent {
  readonly type: 'reject';
  /** For the caller. */
  readonly reason: string;
}

/**
 * The turn ends, and the task waits for an authorization that the person gives elsewhere, such as a sign-in at another service. The next
 * message of the task comes as an {@link AnswerTurn} with the same `requestId`: the authorization was given, or is refused. The engine
 * finds out which, and asks the service for the credential itself: credentials do not belong into messages. If no message comes,
 * `AgentEngine.abandon` is called.
 */
export interface AuthRequiredEvent {
  readonly type: 'auth-required';
  /** Chosen by the engine; the answer names it. */
  readonly requestId: string;
  /** For the person: what is needed, and why. */
  readonly prompt: string;
  /** Where it is given, such as the page of a sign-in: an absolute URL. */
  readonly url?: string;
  /** Name of the service that wants it. */
  readonly service?: string;
  /** What the authorization is to allow, as the service names it. */
  readonly scopes?: readonly string[];
}
