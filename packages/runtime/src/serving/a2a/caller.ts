import { ServerCallContext, type User } from '@a2a-js/sdk/server';
import type { Sender } from '../../execution/intake/sender.js';
import type { CallerFiles } from './caller-files.js';
import type { ClientStream } from './client-stream.js';

/** The sender of a request, and what the request handler needs of its transport. It is also the SDK's user. */
export interface Caller extends Sender, User {
  /** True if the server requires tokens. */
  readonly isAuthenticated: boolean;
  /** The owner's name. */
  readonly userName: string;
  /** False if the request names no protocol version: the oldest clients and the platform's proxy name none. */
  readonly namesVersion: boolean;
  readonly client: ClientStream;
  readonly files: CallerFiles;
}

const STATE_KEY = 'molecule.caller';

/** The context with which a transport calls the request handler. For an SDK transport it is the result of the `contextBuilder`. */
export function callContext(caller: Caller, requestedVersion: string): ServerCallContext {
  return new ServerCallContext({ user: caller, requestedVersion, state: new Map([[STATE_KEY, caller]]) });
}

/** @throws {TypeError} if the transport did not make the context with {@link callContext} */
export function callerOf(context: ServerCallContext): Caller {
  const caller = context.state.get(STATE_KEY) as Caller | undefined;
  if (caller === undefined) throw new TypeError('The request context holds no caller. Make it with callContext().');
  return caller;
}

/** True for protocol 0.3, which a request without a version means. */
export function isLegacyContext(context: ServerCallContext): boolean {
  return context.requestedVersion.startsWith('0.');
}
