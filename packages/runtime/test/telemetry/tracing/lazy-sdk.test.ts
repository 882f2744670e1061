import { expect, test } from 'vitest';
import { ECHO, spawnCli, writeTemplate } from '../../cli/run-cli.js';

/** Starts and stops an agent with a module loaded before it, and returns what it logged. */
async function logWith(preloaded: URL, environment: Readonly<Record<string, string>>): Promise<string> {
  await using directory = await writeTemplate();
  const all = { ...ECHO, NODE_OPTIONS: `--import ${preloaded.href}`, ...environment };
  await using cli = spawnCli(['start', directory.path], all);
  await cli.seen(/ send \S/);
  cli.process.kill('SIGTERM');
  const { code, stderr } = await cli.result;
  expect(code).toBe(0);
  return stderr;
}

async function loadedPackages(environment: Readonly<Record<string, string>>): Promise<Set<string>> {
  const log = await logWith(new URL('./record-modules.mjs', import.meta.url), environment);
  return new Set([...log.matchAll(/^loaded (\S+)$/gm)].map(([, name = '']) => name));
}

test('only the API is loaded while OTEL_* is unset', async () => {
  expect([...(await loadedPackages({}))]).toEqual(['@opentelemetry/api']);
});

test('the SDK is loaded if OTEL_* enables traces', async () => {
  const loaded = await loadedPackages({ OTEL_TRACES_EXPORTER: 'console' });
  expect([...loaded]).toContain('@opentelemetry/sdk-node');
});

test('a missing SDK produces one warning', async () => {
  const log = await logWith(new URL('./hide-sdk.mjs', import.meta.url), { OTEL_TRACES_EXPORTER: 'console' });
  expect(log.match(/npm install @opentelemetry\/sdk-node/g)).toHaveLength(1);
});
