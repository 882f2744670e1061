// servers-host.ts <directory> <port of PostgreSQL>: runs on the host of the servers. It starts Temporal and the slow ways to both servers,
// writes their ports as a line of JSON, and kills or starts Temporal when its parent says so. It ends with its parent.
import process from 'node:process';
import { TcpLink } from '../tcp-link.ts';
import { Temporal } from '../temporal.ts';
import { ADDRESSES } from './namespaces.ts';
import type { ServersHost } from './servers.ts';

/** One way. An answer comes twice as late. */
const SLOW_MS = 50;

const [directory = '', port] = process.argv.slice(2);
const temporal = await Temporal.create(directory, '0.0.0.0');
await temporal.start();
const far = (host: string, to: number) => TcpLink.open({ host, port: to }, { host, port: 0 }, SLOW_MS);
const [slowDatabase, slowTemporal] = [
  await far(ADDRESSES.database, Number(port)),
  await far(ADDRESSES.temporal, temporal.port),
];
const slow = { database: slowDatabase.port, temporal: slowTemporal.port };
console.log(JSON.stringify({ temporal: temporal.port, slow } satisfies ServersHost));

process.on('message', (what) => {
  const work = what === 'kill' ? temporal.kill() : temporal.start();
  work.then(
    () => process.send?.('done'),
    (error: unknown) => process.send?.((error as Error).message),
  );
});
process.once('disconnect', () => void temporal.stop().finally(() => process.exit(0)));
