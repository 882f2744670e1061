import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../access/credentials.js';

/** By connection: a certificate is shown once, when the connection is made, and reading it takes longer than a small request. */
const known = new WeakMap<TLSSocket, { readonly certificate: ClientCertificate | undefined }>();

/** The certificate that a client showed on a connection. */
export function certificateOf(socket: Socket | undefined): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const found = known.get(socket) ?? { certificate: read(socket) };
  known.set(socket, found);
  return found.certificate;
}

function read(socket: TLSSocket): ClientCertificate | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  return { shown, untrusted: socket.authorized ? undefined : String(socket.authorizationError ?? 'unknown') };
}
