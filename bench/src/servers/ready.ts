import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

/** Calls `ready` with the server's address as soon as it listens on loopback. */
export function readyOn(server: Server): void {
  server.once('listening', () => ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

/** Sends the server's address to the parent, answers its questions about the process, and ends with the parent. */
export function ready(url: string): void {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  process.send?.({ url });
  process.on('message', (question) => {
    if (question === 'cpu') process.send?.({ cpu: process.cpuUsage() });
    if (question === 'peak') process.send?.({ peakMegabytes: process.resourceUsage().maxRSS / 1024 });
    if (question === 'block') {
      process.send?.({ blockMs: delays.max / 1e6 });
      delays.reset();
    }
    if (question !== 'memory') return;
    globalThis.gc?.();
    process.send?.({ memory: process.memoryUsage() });
  });
  process.on('disconnect', () => process.exit(0));
}
