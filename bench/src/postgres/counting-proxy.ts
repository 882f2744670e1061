import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A proxy in front of a database server. */
export interface CountingProxy extends AsyncDisposable {
  readonly port: number;
  /** How often a client has sent something after it had an answer: it has then waited once. */
  readonly roundTrips: number;
}

export async function countRoundTrips(serverPort: number): Promise<CountingProxy> {
  let roundTrips = 0;
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => {}).on('close', () => [client, upstream].forEach((each) => void each.destroy()));
    }
    let hasAnswered = true;
    client.on('data', (data) => {
      if (hasAnswered) roundTrips++;
      hasAnswered = false;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      hasAnswered = true;
      client.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get roundTrips() {
      return roundTrips;
    },
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
