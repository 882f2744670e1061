import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '../../../src/index.js';
import { toolAdapter } from './tool-adapter.js';

/** A member of a team in a separate process, so that a test can kill it. Prints its address. */
const [configPath = '', port = '0'] = process.argv.slice(2);
const { adapter } = toolAdapter({ repeatableTurns: true });
const environment = { MOLECULE_TEMPORAL: 'off', ...process.env };
const runtime = startRuntime({ configPath, environment, port: Number(port), adapter, logger: silentLogger });
const { url } = await runtime.ready;
process.stdout.write(`${url}\n`);
process.on('SIGTERM', () => void runtime.shutdown({ graceMs: 0 }).then(() => process.exit(0)));
