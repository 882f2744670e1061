import type { Metadata } from '@grpc/grpc-js';
import type { Caller } from '../../a2a/caller.js';
import type { OpenCall } from './open-call.js';

/** The sender of a call. */
export interface GrpcCaller extends Caller {
  readonly call: OpenCall;
}

const callers = new WeakMap<Metadata, GrpcCaller>();

/** Keeps who has sent the call with this metadata: the SDK asks for it with the call. */
export function keepCaller(metadata: Metadata, caller: GrpcCaller): void {
  callers.set(metadata, caller);
}

/** @throws {TypeError} if the call was not admitted */
export function callerWith(metadata: Metadata): GrpcCaller {
  const caller = callers.get(metadata);
  if (caller === undefined) throw new TypeError('The call was not admitted.');
  return caller;
}
