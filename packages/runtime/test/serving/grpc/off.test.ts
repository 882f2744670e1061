import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';

it('without its setting there is no gRPC on the card', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  expect(runtime.info.grpc).toBeUndefined();
  expect(await (await fetch(`${runtime.url}/.well-known/agent-card.json`)).text()).not.toContain('GRPC');
});

it('without its setting nothing of gRPC is loaded', () => {
  const directory = mkdtempSync(join(tmpdir(), 'molecule-no-grpc-'));
  try {
    writeFileSync(join(directory, 'config.yaml'), 'name: Test\nruntime: bare\n');
    const program = `
      import { createRequire } from 'node:module';
      import { startRuntime } from '@molecule/runtime';
      const adapter = { name: 'bare', displayName: 'Bare', description: 'None.', createEngine: () => ({ async *runTurn() {} }) };
      const { defineAdapter } = await import('@molecule/adapters');
      const environment = { MOLECULE_TEMPORAL: 'off', ...(process.argv[2] && { MOLECULE_GRPC_PORT: process.argv[2] }) };
      const runtime = startRuntime({ configPath: process.argv[1], environment, port: 0, adapter: defineAdapter(adapter) });
      await runtime.ready;
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(loaded.some((file) => file.includes('grpc-js')));
      await runtime.shutdown();
    `;
    const isLoaded = (...port: readonly string[]) =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program, directory, ...port], {
        cwd: import.meta.dirname,
        encoding: 'utf8',
      }).trim();
    expect(isLoaded('0')).toBe('true');
    expect(isLoaded()).toBe('false');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
