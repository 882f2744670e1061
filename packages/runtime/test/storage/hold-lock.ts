import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A lock that another process holds on a database. */
export interface ForeignLock extends AsyncDisposable {
  release(): Promise<void>;
}

const PROGRAM = `
  const Database = require(process.argv[1]);
  const sqlite = new Database(process.argv[2]);
  sqlite.exec('BEGIN EXCLUSIVE');
  console.log('held');
  process.stdin.resume().on('end', () => process.exit());
`;

/** Another process takes the database's exclusive lock, and keeps it until it is told to let go. */
export async function holdLock(file: string): Promise<ForeignLock> {
  const driver = fileURLToPath(import.meta.resolve('better-sqlite3'));
  const child = spawn(process.execPath, ['-e', PROGRAM, driver, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(createInterface(child.stdout), 'line');
  const release = async () => {
    child.stdin.end();
    await ended;
  };
  return { release, [Symbol.asyncDispose]: release };
}
