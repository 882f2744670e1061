import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '../../../../src/index.js';
import type { HostOrder } from './host-process.js';
import { ledgerAdapter } from './ledger-adapter.js';

/** A runtime in a separate process, so that a test can kill it. Prints its address when it is ready. */
const { directory, ledger, environment, heartbeatTimeoutMs } = JSON.parse(process.argv[2] ?? '') as HostOrder;
if (heartbeatTimeoutMs !== undefined) {
  // The runtime has no setting for it.
  const { DEFAULT_SETTINGS } = await import('@molecule/temporal');
  Object.assign(DEFAULT_SETTINGS, { heartbeatTimeoutMs });
}
const runtime = startRuntime({
  configPath: directory,
  environment,
  port: 0,
  adapter: ledgerAdapter(ledger),
  logger: silentLogger,
});
process.on('SIGTERM', () => {
  void runtime.shutdown().then(() => process.exit(0));
});
const { url } = await runtime.ready;
process.stdout.write(`${url}\n`);
