// node --import ../host/typescript-hooks.mjs serve.ts <directory> [address]: a PostgreSQL server for programs that are no test, such as
// `npm run chaos`. It writes the URL of its database `postgres` as a line of JSON, and stops at the end of its standard input. `address`:
// it listens there instead of on the loopback address, and lets everyone in who has the password.
import process from 'node:process';
import { createPostgres, urlOf } from './postgres-server.js';

// Ctrl-C reaches all programs of a terminal. The end of the standard input follows, and then the server is stopped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const [directory = '', address] = process.argv.slice(2);
const server = await createPostgres(directory, { fsync: false, ...(address !== undefined && { address }) });
console.log(JSON.stringify({ url: urlOf(server.port, 'postgres', address) }));
process.stdin.resume();
process.stdin.once('end', () => void server.kill());
