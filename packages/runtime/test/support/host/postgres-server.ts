// A PostgreSQL server for a program that is no test: prints the URL of its database, and ends with its standard input.
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createPostgres, urlOf } from '../postgres/postgres-server.js';

const directory = join(tmpdir(), `molecule-postgres-${crypto.randomUUID()}`);
const server = await createPostgres(directory, { fsync: false });
process.stdin.resume().once('end', async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
});
console.log(urlOf(server.port, 'postgres'));
