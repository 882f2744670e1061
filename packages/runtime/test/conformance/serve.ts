/**
 * Serves the conformance agent, for the public compatibility kit to run against; see docs/conformance.md. The environment sets what it
 * sets for every agent; with `KIT_OFFERS=little`, the agent does not stream and sends no notifications;
 * with `KIT_REQUIRES`, it requires the extension of that URI.
 *
 *     node packages/runtime/test/conformance/serve.ts [port]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startRuntime } from '@molecule/runtime';
import { kitAdapter } from './kit-adapter.ts';

const required = process.env['KIT_REQUIRES'];
const offersAll = process.env['KIT_OFFERS'] !== 'little';

const CONFIG = `
name: Conformance
description: An agent for the compatibility kit.
version: 1.0.0
runtime: ${kitAdapter.name}
a2a:
  streaming: ${offersAll}
  push_notifications: ${offersAll}
  extensions: ${required === undefined ? '[]' : JSON.stringify([{ uri: required, description: 'Of the kit.', required: true }])}
`;

const [port = '0'] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'molecule-conformance-'));
await writeFile(join(directory, 'config.yaml'), CONFIG);
const runtime = startRuntime({
  configPath: directory,
  environment: { MOLECULE_TEMPORAL: 'off', ...process.env },
  port: Number(port),
  adapter: kitAdapter,
});
const { url } = await runtime.ready;
console.log(url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);

async function stop(): Promise<void> {
  await runtime.shutdown({ graceMs: 0 });
  await rm(directory, { recursive: true, force: true });
}
