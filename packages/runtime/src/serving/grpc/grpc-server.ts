import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from '@molecule/adapters';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import type { AllowedHosts } from '../../support/network/allowed-hosts.js';
import type { Extensions } from '../a2a/card/extensions.js';
import type { NumberedRequestHandler } from '../a2a/numbered-event.js';
import type { AccessControl } from '../access/access-control.js';
import { bind } from '../http/connections/bind.js';
import type { Tls } from '../http/connections/tls.js';
import type { Health } from '../http/routes/health.js';
import { callGuard } from './calls/call-guard.js';
import { STREAM_LIMITS, type StreamLimits } from './calls/grpc-client-stream.js';
import { OpenCalls } from './calls/open-calls.js';
import { OpenSockets } from './calls/open-sockets.js';
import { createListener } from './create-listener.js';
import { healthService } from './health/health-service.js';
import { ReadinessWatch } from './health/readiness-watch.js';
import { A2A_VERSIONS, a2aServices } from './services/a2a-services.js';

export interface GrpcServerOptions {
  readonly requestHandler: NumberedRequestHandler;
  readonly access: AccessControl;
  readonly extensions: Extensions;
  readonly hosts: AllowedHosts;
  readonly health: Health;
  readonly settings: Pick<RuntimeSettings, 'host' | 'maxBodyBytes' | 'maxConnections' | 'keepAliveMs' | 'allowedHosts'>;
  readonly logger: Logger;
  /** True: clients may ask which services there are, and what their messages hold. */
  readonly reflection: boolean;
}

/** A server that listens. */
export interface GrpcServer {
  readonly port: number;
  /** Accepts no more connections; calls get another second, then they end with a status that says how to go on. */
  close(): Promise<void>;
}

/** Time for the last events of streams, as over HTTP. */
const LAST_EVENT_MS = 1_000;
/** An idle connection is asked this often whether its client still exists: a proxy may have forgotten it, or its machine died. */
const PING_MS = 15_000;
const PING_ANSWER_MS = 20_000;
/** Calls of one connection at the same time; a client opens another connection, or waits, for more. */
const CALLS_OF_CONNECTION = 1_000;
/** Longer than any stop. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Serves A2A over gRPC, in both protocol versions, with the services for health and, if wanted, reflection.
 *
 * @param port 0: any free port
 * @param tls absent: the connections are not encrypted
 * @throws {ListenError} `LISTEN_FAILED`, for example if the port is in use
 */
export async function serveGrpc(
  port: number,
  options: GrpcServerOptions,
  tls?: Tls,
  limits: StreamLimits = STREAM_LIMITS,
): Promise<GrpcServer> {
  const { requestHandler, access, extensions, hosts, health, settings, logger } = options;
  const pages = {
    hosts,
    tokens: access.required,
    certificates: access.takesCertificates,
    everyConnection: settings.allowedHosts.length > 0,
  };
  const calls = new OpenCalls(settings.maxConnections);
  const sockets = new OpenSockets();
  let goAway = () => {};
  const onCall = () => {
    if (health.isStopping()) goAway();
  };
  const server = new Server({
    'grpc.max_receive_message_length': settings.maxBodyBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': CALLS_OF_CONNECTION,
    'grpc.max_connection_idle_ms': settings.keepAliveMs,
    'grpc.keepalive_time_ms': PING_MS,
    'grpc.keepalive_timeout_ms': PING_ANSWER_MS,
    'grpc.enable_channelz': 0,
    interceptors: [
      callGuard({ access, extensions, pages, sockets, calls, versions: A2A_VERSIONS, limits, logger, onCall }),
    ],
  });
  const readiness = new ReadinessWatch(async () => !health.isStopping() && (await health.readiness()).ready);
  const services = a2aServices(requestHandler);
  const names = services.map(({ name }) => name);
  const reflection = options.reflection ? await import('./reflection/reflection-service.js') : undefined;
  for (const { definition, implementation } of [
    ...services,
    healthService(names, readiness),
    ...(reflection?.reflectionServices() ?? []),
  ]) {
    server.addService(definition, implementation);
  }
  // The connections that it is given are encrypted already, if they are.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = await createListener(tls, (socket) => {
    sockets.add(socket);
    connections.injectConnection(socket);
  });
  listener.maxConnections = settings.maxConnections;
  await bind(listener, { host: settings.host, port, setting: 'MOLECULE_GRPC_PORT' });
  goAway = () => {
    goAway = () => {};
    // Each connection closes after its calls, and the client's next call can reach another process.
    connections.drain(NEVER_MS);
  };
  let closed: Promise<void> | undefined;
  return {
    port: (listener.address() as AddressInfo).port,
    close() {
      closed ??= (async () => {
        listener.close();
        readiness.close();
        await calls.end(LAST_EVENT_MS);
        await shutDown(server);
      })();
      return closed;
    },
  };
}

/** Ends every connection: one whose client does not read its last bytes after another second. */
async function shutDown(server: Server): Promise<void> {
  const late = setTimeout(() => server.forceShutdown(), LAST_EVENT_MS);
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(late);
}
