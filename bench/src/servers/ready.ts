import process from 'node:process';

/** Tells the parent where the server listens, answers its questions about memory and CPU time, and ends with it. */
export function ready(url: string): void {
  process.send?.({ url });
  process.on('message', (question) => {
    if (question === 'cpu') process.send?.({ cpu: process.cpuUsage() });
    if (question !== 'memory') return;
    globalThis.gc?.();
    process.send?.({ memory: process.memoryUsage() });
  });
  process.on('disconnect', () => process.exit(0));
}
