import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '../../../src/index.js';
import { playAdapter } from '../play-adapter.js';

/** A runtime in a separate process, so that a test can kill it. Prints its address and its engine's turns. */
const [configPath = '', repeatable, durability = '', database = ''] = process.argv.slice(2);
const { adapter, turns } = playAdapter({ repeatableTurns: repeatable === 'repeatable' });
const runtime = startRuntime({
  configPath,
  environment: { MOLECULE_TEMPORAL: 'off', MOLECULE_DURABILITY: durability, DATABASE_URL: database },
  port: 0,
  adapter,
  logger: silentLogger,
});
const { url } = await runtime.ready;
process.stdout.write(`${url}\n`);
process.on('SIGTERM', () => {
  void runtime.shutdown({ graceMs: 0 }).then(() => process.exit(turns.some(({ running }) => running) ? 1 : 0));
});
