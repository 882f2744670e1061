import { connect } from 'node:net';
import type { EngineHealth } from '@molecule/adapters';
import type { Endpoint } from './endpoint.js';

/** Milliseconds. A health check has five seconds in all. */
const CONNECT_TIMEOUT = 3000;

/** Whether the model's address takes connections. Nothing is asked of the model, so nothing is paid. */
export async function checkEndpoint(endpoint: Endpoint): Promise<EngineHealth> {
  const { hostname, port, protocol, host } = new URL(endpoint.baseUrl);
  const portNumber = Number(port) || (protocol === 'https:' ? 443 : 80);
  const problem = await tryConnect(hostname.replace(/^\[|\]$/g, ''), portNumber);
  if (problem === undefined) return { ok: true, detail: `${endpoint.provider} at ${host} takes connections.` };
  const remedy = 'Check the base URL and the network of this process.';
  return { ok: false, detail: `${endpoint.provider} at ${host} takes no connection (${problem}). ${remedy}` };
}

/** Resolves with what went wrong, or with `undefined`. */
function tryConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT });
    const end = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('no answer in time'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
