import { connect } from 'node:net';
import { TimedOutError } from '../support/wait.js';

const DEFAULT_PORT = 7233;

/** Resolves if a process accepts connections at `host:port`. A refused port fails at once here, but not through gRPC. */
export function probeTcp(address: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...splitAddress(address), timeout: timeoutMs });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => {
      socket.destroy();
      reject(new TimedOutError(`connecting to ${address}`, timeoutMs));
    });
    socket.once('error', reject);
  });
}

/** `host`, `host:port`, `[ipv6]:port`. */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/.exec(address);
  const host = match?.groups?.['ipv6'] ?? match?.groups?.['name'];
  if (!host) throw new RangeError(`Temporal's address must be host:port, found ${JSON.stringify(address)}.`);
  return { host, port: Number(match?.groups?.['port'] ?? DEFAULT_PORT) };
}
