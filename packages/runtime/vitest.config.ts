import { defineConfig } from 'vitest/config';

/** What the SDK's transports print of every stream that is refused or broken off; the tests look at the answers instead. */
const SDK_NOISE =
  /^(Pre-stream error|Error during SSE streaming|SSE streaming error|Legacy SSE|Unhandled error in JSON-RPC)/;

export default defineConfig({
  test: {
    // Generous: a test that waits for a condition names its own bound, and the machine may be shared.
    // Many tests start servers and bound how soon those answer; on a machine that other work keeps busy one may miss its bound.
    retry: 1,
    testTimeout: 30_000,
    onConsoleLog: (text) => !SDK_NOISE.test(text),
  },
});
