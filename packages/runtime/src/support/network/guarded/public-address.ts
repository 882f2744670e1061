import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Networks of IPv4 that are not part of the public internet, or whose hosts are not what they seem (RFC 6890). */
const REFUSED_4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8], // this machine
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind the NAT of a provider; 100.100.100.200 is the metadata service of a cloud
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // the metadata service of a cloud
  ['169.254.0.0', 16], // link-local, with the metadata services of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments, with the metadata service of a cloud
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];

/** All of IPv6 that is public is in 2000::/3. What is outside: loopback, mapped IPv4, NAT64, private, link-local, multicast. */
const PUBLIC_6: readonly [string, number] = ['2000::', 3];

/** Networks within it that are not: each holds an address of IPv4, or is assigned to no host. */
const REFUSED_6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23], // Teredo, benchmarks, identifiers that are no addresses
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['3fff::', 20], // documentation
];

const refused4 = blockList(REFUSED_4, 'ipv4');
const refused6 = blockList(REFUSED_6, 'ipv6');
const public6 = blockList([PUBLIC_6], 'ipv6');

/**
 * True if the address belongs to a host of the public internet. Everything else is false: the own machine, private networks, metadata
 * services, addresses of IPv6 that hold one of IPv4, and what is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused4.check(address, 'ipv4');
  // An address with a zone is one of a link.
  if (!isIPv6(address) || address.includes('%')) return false;
  return public6.check(address, 'ipv6') && !refused6.check(address, 'ipv6');
}

function blockList(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
}
