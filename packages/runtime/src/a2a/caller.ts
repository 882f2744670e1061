import type { ServerCallContext, User } from '@a2a-js/sdk/server';
import type { ClientConnection } from './client-connection.js';

/** Who sent a request. Handed through the SDK as its user. */
export class Caller implements User {
  /** Whose tasks it may see and make. */
  readonly owner: string;
  readonly isAuthenticated: boolean;
  readonly connection: ClientConnection;
  /** W3C traceparent of the request. */
  readonly traceparent: string | undefined;
  /** False: the request names no protocol version, as the oldest clients and the platform's proxy do. */
  readonly namesVersion: boolean;

  constructor(options: {
    readonly owner: string;
    readonly isAuthenticated: boolean;
    readonly connection: ClientConnection;
    readonly traceparent: string | undefined;
    readonly namesVersion?: boolean;
  }) {
    this.owner = options.owner;
    this.isAuthenticated = options.isAuthenticated;
    this.connection = options.connection;
    this.traceparent = options.traceparent;
    this.namesVersion = options.namesVersion ?? true;
  }

  get userName(): string {
    return this.owner;
  }
}

/** The caller of a request. It is there for every request that came through our own HTTP server. */
export function callerOf(context: ServerCallContext): Caller {
  const { user } = context;
  if (user instanceof Caller) return user;
  throw new TypeError('The request has no caller: it did not come through the HTTP server of this runtime.');
}
