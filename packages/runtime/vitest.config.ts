import process from 'node:process';
import { configDefaults, defineConfig } from 'vitest/config';

/** Console output of the SDK's transports for refused or broken streams; the tests check the answers instead. */
const SDK_NOISE =
  /^(Pre-stream error|Error during SSE streaming|SSE streaming error|Legacy SSE|Unhandled error in JSON-RPC)/;

/** Writes the record of a release: see docs/releasing.md. It tests nothing. */
const recording = 'test/tasks/releases/record.test.ts';
const records = process.env['MOLECULE_RECORD_RELEASE'] === '1';

export default defineConfig({
  test: {
    // What test files share is the imported code: each starts its own servers. It saves the second in which a file imports it.
    isolate: false,
    exclude: [...configDefaults.exclude, ...(records ? [] : [recording])],
    // Most tests wait for programs that they have started, which a busy machine starts slowly.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/postgres/global-setup.ts'],
    onConsoleLog: (text) => !SDK_NOISE.test(text),
  },
});
