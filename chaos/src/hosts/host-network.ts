import type { Network } from '../replicas/pair.ts';
import { ADDRESSES, nft } from './namespaces.ts';

const SERVERS = ['database', 'temporal'] as const;

/** Drops packets between the first replica and the servers, in its namespace. No process gets an error, as on a network that has failed. */
export class HostNetwork implements Network {
  /** Of a hundred packets that the first replica sends to the servers, so many are lost all the time. */
  readonly #lostOfHundred: number;

  private constructor(lostOfHundred: number) {
    this.#lostOfHundred = lostOfHundred;
  }

  static async open(lostOfHundred: number): Promise<HostNetwork> {
    const network = new HostNetwork(lostOfHundred);
    await network.mend();
    return network;
  }

  async cut(servers: Parameters<Network['cut']>[0], lost: Parameters<Network['cut']>[1] = 'all'): Promise<void> {
    const list = `{ ${servers.map((server) => ADDRESSES[server]).join(', ')} }`;
    if (lost !== 'answers') await nft('first', `add rule inet chaos sent ip daddr ${list} drop`);
    if (lost !== 'requests') await nft('first', `add rule inet chaos received ip saddr ${list} drop`);
  }

  async mend(): Promise<void> {
    const all = `{ ${SERVERS.map((server) => ADDRESSES[server]).join(', ')} }`;
    await nft(
      'first',
      'add table inet chaos',
      'delete table inet chaos',
      'add table inet chaos',
      'add chain inet chaos sent { type filter hook output priority 0 ; }',
      'add chain inet chaos received { type filter hook input priority 0 ; }',
      ...(this.#lostOfHundred > 0
        ? [`add rule inet chaos sent ip daddr ${all} numgen random mod 100 < ${this.#lostOfHundred} drop`]
        : []),
    );
  }
}
