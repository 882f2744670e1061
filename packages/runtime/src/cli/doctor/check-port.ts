import { createServer } from 'node:net';
import type { RuntimeSettings } from '../../environment/runtime-settings.js';
import { type CheckResult, fail, ok, warn } from './check.js';

const ASK_MS = 2000;

/** Whether the address can be listened on. When it is taken, by whom: an agent that runs already is no fault. */
export async function checkPort(settings: Pick<RuntimeSettings, 'host' | 'port'>): Promise<CheckResult> {
  const { host, port } = settings;
  const address = `${host}:${port}`;
  const error = await listenOnce(host, port);
  if (error === undefined) return ok('port', port === 0 ? `any free port on ${host}` : `${address} is free`);
  if (error.code !== 'EADDRINUSE') {
    return fail('port', `${address}: ${error.message}`, 'set MOLECULE_HOST and PORT to an address of this machine');
  }
  const agent = await agentAt(host, port);
  if (agent !== undefined) {
    return warn(
      'port',
      `${address} is taken by an agent that runs already, ${agent}`,
      'stop it before you start another',
    );
  }
  return fail(
    'port',
    `${address} is taken by another program`,
    'set PORT to another one (0: any), or stop that program',
  );
}

function listenOnce(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => server.close(() => resolve(undefined)));
  });
}

/** The name on the card of the agent that listens there, if it is one. */
async function agentAt(host: string, port: number): Promise<string | undefined> {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const bracketed = reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable;
  try {
    const response = await fetch(`http://${bracketed}:${port}/.well-known/agent-card.json`, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    const card = (await response.json()) as { name?: unknown };
    return typeof card.name === 'string' ? card.name : undefined;
  } catch {
    // Whatever goes wrong here has one meaning: what listens there is no agent.
    return undefined;
  }
}
