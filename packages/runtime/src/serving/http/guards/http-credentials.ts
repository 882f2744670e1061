import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ClientCertificate, Credentials } from '../../access/credentials.js';

/** The credentials of an HTTP request. */
export function httpCredentials({ headers, socket }: IncomingMessage): Credentials {
  return {
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    certificate: socket instanceof TLSSocket ? certificateOf(socket) : undefined,
    address: socket.remoteAddress,
  };
}

function certificateOf(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const untrusted = socket.authorized ? undefined : String(socket.authorizationError ?? 'unknown');
  return { der: certificate.raw, untrusted };
}
