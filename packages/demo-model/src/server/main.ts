import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { ServerReport } from './channel.js';
import { createHttpServer } from './http-server.js';
import { loadLanguageModel } from './language-model.js';

// This process ends exactly when its parent ends: the channel then closes, even after SIGKILL. It ignores Ctrl-C and a
// supervisor's SIGTERM, which reach the whole process group, because the agent may still be finishing its tasks.
process.on('disconnect', die);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
if (!process.connected) die();

try {
  const server = createHttpServer(await loadLanguageModel(process.argv[2] ?? ''));
  server.once('error', fail);
  server.listen(0, '127.0.0.1', () => report({ type: 'listening', port: (server.address() as AddressInfo).port }));
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

function report(message: ServerReport): void {
  process.send?.(message);
}

/** SIGKILL instead of `process.exit`, because the inference library's threads may crash or hang if stopped during an answer. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
