import { createServer } from 'node:net';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { AGENT_CARD_PATH } from '../../support/network/agent-card-path.js';
import { bareHost, urlHost } from '../../support/network/host.js';
import { type CheckResult, fail, ok, warn } from './check.js';

const ASK_MS = 2000;

/** Checks that the gRPC server can listen on its port; undefined if gRPC is off. */
export async function checkGrpcPort(
  { host, grpc, tls }: Pick<RuntimeSettings, 'host' | 'grpc' | 'tls'>,
  isRunning: boolean,
): Promise<CheckResult | undefined> {
  if (!grpc) return undefined;
  const address = `${host}:${grpc.port}`;
  const way = tls ? 'with TLS' : 'not encrypted';
  const error = await listenOnce(host, grpc.port);
  if (error === undefined) {
    return ok('grpc', `${grpc.port === 0 ? `a free port will be chosen on ${host}` : `${address} is free`}, ${way}`);
  }
  const isInUse = error.code === 'EADDRINUSE';
  const detail = isInUse ? `${address} is in use by another program` : `${address}: ${error.message}`;
  const remedy = 'set MOLECULE_GRPC_PORT to another port (0 means any free one), or unset it to serve no gRPC';
  return isInUse && isRunning
    ? warn('grpc', `${address} is in use, perhaps by the running agent`, remedy)
    : fail('grpc', detail, remedy);
}

/** Checks that the server can listen on the address. If an agent already does, that is only a warning. */
export async function checkPort(settings: Pick<RuntimeSettings, 'host' | 'port'>): Promise<CheckResult> {
  const { host, port } = settings;
  const address = `${host}:${port}`;
  const error = await listenOnce(host, port);
  if (error === undefined)
    return ok('port', port === 0 ? `a free port will be chosen on ${host}` : `${address} is free`);
  if (error.code !== 'EADDRINUSE') {
    return fail('port', `${address}: ${error.message}`, 'set MOLECULE_HOST and PORT to an address of this machine');
  }
  const agent = await agentAt(host, port);
  if (agent !== undefined) {
    return warn(
      'port',
      `${address} is in use by a running agent, ${agent}`,
      'stop that agent before you start another one',
    );
  }
  return fail(
    'port',
    `${address} is in use by another program`,
    'set PORT to another port (0 means any free one), or stop that program',
  );
}

function listenOnce(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, bareHost(host), () => server.close(() => resolve(undefined)));
  });
}

/** The name on the agent card, if an agent listens there. */
async function agentAt(host: string, port: number): Promise<string | undefined> {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  try {
    const response = await fetch(`http://${urlHost(reachable)}:${port}${AGENT_CARD_PATH}`, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    const card = (await response.json()) as { name?: unknown };
    return typeof card.name === 'string' ? card.name : undefined;
  } catch {
    // Any error means that it is not an agent.
    return undefined;
  }
}
