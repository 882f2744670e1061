import { defineConfig } from 'vitest/config';

/** Console output of the SDK's transports for refused or broken streams; the tests check the answers instead. */
const SDK_NOISE =
  /^(Pre-stream error|Error during SSE streaming|SSE streaming error|Legacy SSE|Unhandled error in JSON-RPC)/;

export default defineConfig({
  test: {
    testTimeout: 30_000,
    globalSetup: ['test/support/postgres/global-setup.ts'],
    onConsoleLog: (text) => !SDK_NOISE.test(text),
  },
});
