import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { ServerReport } from './channel.js';
import { createHttpServer } from './http-server.js';
import { loadLanguageModel } from './language-model.js';

// This process lives exactly as long as the one that started it. Its channel closes when that one ends, even by
// SIGKILL; Ctrl-C and a supervisor's SIGTERM reach the whole group, and must not take the model away from an agent that
// is still finishing its tasks.
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

/** Not `process.exit`: the inference library's threads may crash or hang when they are torn down in mid-sentence. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
