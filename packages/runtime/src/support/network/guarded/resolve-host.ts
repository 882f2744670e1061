import { lookup, Resolver } from 'node:dns/promises';

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a host name. It rejects, or finds none, if there is no such host. */
export type Resolve = (host: string) => Promise<readonly HostAddress[]>;

/** How long a name server may take, and how often it is asked. */
const NAME_SERVER = { timeout: 3_000, tries: 2 };

/** As every program of this machine finds a host: in the hosts file and by search domains, too. Each lookup uses a thread of few. */
export const resolveAsSystem: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Asks the name servers only, without a thread. A name server that gives no answer so delays nothing else: the threads for lookups of
 * the operating system are few, and the rest of the process needs them.
 *
 * @param servers default: those of the operating system, read for each lookup since they may change
 */
export function resolveByNameServer(servers?: readonly string[]): Resolve {
  return async (host) => {
    const resolver = new Resolver(NAME_SERVER);
    if (servers) resolver.setServers(servers);
    const families = [
      resolver.resolve4(host).then((addresses) => addresses.map((address) => ({ address, family: 4 }))),
      resolver.resolve6(host).then((addresses) => addresses.map((address) => ({ address, family: 6 }))),
    ];
    const answers = await Promise.allSettled(families);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    // A host may have addresses of one family only.
    if (found.length === 0) await Promise.all(families);
    return found;
  };
}
