import { createServer } from 'node:net';

/**
 * A port that a process can bind again after each restart. It lies below the ports that the system assigns to outgoing
 * connections: between two lives of the process, one of those could take it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => server.close(() => resolve(true)));
      server.once('error', () => resolve(false));
    });
    if (isFree) return port;
  }
}
