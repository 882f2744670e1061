import { BlockList, isIP } from 'node:net';
import { bareHost } from '../host.js';
import { isPublicAddress } from './public-address.js';

/** Which hosts and addresses a guarded request may reach: the public internet, and what the operator names. */
export class AllowedTargets {
  readonly #names = new Set<string>();
  readonly #networks = new BlockList();

  /** @param entries host names, addresses and networks (`10.1.0.0/16`): see {@link isTarget} */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', bits] = bareHost(entry).split('/');
      const version = isIP(address);
      if (version === 0) this.#names.add(nameOf(entry));
      else this.#networks.addSubnet(address, bits === undefined ? mostBits(version) : Number(bits), familyOf(version));
    }
  }

  /** True if the operator names the host, so that each of its addresses may be reached. */
  namesHost(host: string): boolean {
    return this.#names.has(nameOf(host));
  }

  /** True if the address is public, or the operator names it. */
  allowsAddress(address: string): boolean {
    if (isPublicAddress(address)) return true;
    const version = isIP(address);
    return version !== 0 && !address.includes('%') && this.#networks.check(address, familyOf(version));
  }
}

/** True for what the operator may name: a host name, an address, or a network. */
export function isTarget(entry: string): boolean {
  const [address = '', bits, more] = bareHost(entry).split('/');
  if (more !== undefined) return false;
  const version = isIP(address);
  if (version === 0) return bits === undefined && /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/i.test(entry);
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= mostBits(version));
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function mostBits(version: number): number {
  return version === 4 ? 32 : 128;
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
