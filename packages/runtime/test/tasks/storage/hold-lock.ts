import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A lock that another process holds on a database. */
export interface ForeignLock extends AsyncDisposable {
  release(): Promise<void>;
}

const PROGRAM = `
  const { DatabaseSync } = require('node:sqlite');
  const sqlite = new DatabaseSync(process.argv[1]);
  sqlite.exec('BEGIN EXCLUSIVE');
  console.log('held');
  process.stdin.resume().on('end', () => process.exit());
`;

/** Another process takes the database's exclusive lock and keeps it until it is released. */
export async function holdLock(file: string): Promise<ForeignLock> {
  const child = spawn(process.execPath, ['-e', PROGRAM, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(createInterface(child.stdout), 'line');
  const release = async () => {
    child.stdin.end();
    await ended;
  };
  return { release, [Symbol.asyncDispose]: release };
}
