import { ServerCallContext, type User } from '@a2a-js/sdk/server';
import type { Sender } from '../../execution/intake/sender.js';
import type { Principal } from '../access/principal.js';
import type { CallerFiles } from './caller-files.js';
import type { NegotiatedExtensions } from './card/extensions.js';
import type { ClientStream } from './client-stream.js';

/** The sender of a request, and what the request handler needs of its transport. It is also the SDK's user. */
export interface Caller extends Sender, Principal, User {
  /** True if the server asks who calls. */
  readonly isAuthenticated: boolean;
  /** The owner's name. */
  readonly userName: string;
  /** False if the request names no protocol version: the oldest clients and the platform's proxy name none. */
  readonly namesVersion: boolean;
  readonly client: ClientStream;
  readonly extensions: NegotiatedExtensions;
  readonly files: CallerFiles;
}

const STATE_KEY = 'molecule.caller';

/** The context with which a transport calls the request handler. For an SDK transport it is the result of the `contextBuilder`. */
export function callContext(caller: Caller, requestedVersion: string): ServerCallContext {
  const { requested, active } = caller.extensions;
  const context = new ServerCallContext({
    user: caller,
    requestedVersion,
    requestedExtensions: [...requested],
    state: new Map([[STATE_KEY, caller]]),
  });
  // A transport of the SDK says so in its answer.
  for (const uri of active) context.addActivatedExtension(uri);
  return context;
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
