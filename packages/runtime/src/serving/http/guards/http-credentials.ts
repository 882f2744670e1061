import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../access/credentials.js';
import { certificateOf } from './certificate-of.js';

/** The credentials of an HTTP request. */
export function httpCredentials({ headers, socket }: IncomingMessage): Credentials {
  return {
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    certificate: certificateOf(socket),
    address: socket.remoteAddress,
  };
}
