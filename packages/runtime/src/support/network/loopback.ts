import { isIP } from 'node:net';
import { bareHost } from './host.js';

/** True for an address that is reachable only from this machine. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host)
    .toLowerCase()
    .replace(/^::ffff:/, '');
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}
