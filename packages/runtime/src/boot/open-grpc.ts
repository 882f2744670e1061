import type { GrpcServer, GrpcServerOptions } from '../serving/grpc/grpc-server.js';
import type { Tls } from '../serving/http/connections/tls.js';
import { isEveryAddress } from '../settings/environment/address-warnings.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import { urlHost } from '../support/network/host.js';

/** A gRPC server that listens. */
export interface OpenedGrpc extends GrpcServer {
  /** `host:port` for every client, as the card shows it. */
  readonly publicAddress: string;
}

/** Serves the agent over gRPC too, if a port is set for it. Without one, nothing of gRPC is loaded. */
export async function openGrpc(
  settings: RuntimeSettings,
  options: Omit<GrpcServerOptions, 'settings'>,
  tls: Tls | undefined,
): Promise<OpenedGrpc | undefined> {
  const { grpc } = settings;
  if (!grpc) return undefined;
  const { serveGrpc } = await import('../serving/grpc/grpc-server.js');
  const server = await serveGrpc(grpc.port, { ...options, settings }, tls);
  return { ...server, publicAddress: grpc.publicAddress ?? `${publicHost(settings)}:${server.port}` };
}

/** The host under which clients reach this machine over HTTP. */
function publicHost({ publicUrl, host }: RuntimeSettings): string {
  return publicUrl === undefined ? reachable(host) : new URL(publicUrl).hostname;
}

/** A host name that works in an address on this machine. */
export function reachable(host: string): string {
  return isEveryAddress(host) ? 'localhost' : urlHost(host);
}
