import { DelegationError } from './delegation-error.js';
import type { PeerConnection } from './peer-connection.js';

/** The connection for a delegation through a platform that is no longer configured. */
export function withoutPlatform(peerName: string): PeerConnection {
  const refuse = () => {
    throw new DelegationError(`${peerName} is reached only through the platform, and PLATFORM_URL is no longer set.`);
  };
  return {
    pollMs: { least: 0, most: 0 },
    send: async () => refuse(),
    get: async () => refuse(),
    cancel: async () => refuse(),
  };
}
