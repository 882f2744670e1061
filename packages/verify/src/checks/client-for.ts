import type { Dialect } from '../a2a/dialect.js';
import { DIALECT_1_0 } from '../a2a/dialect-1-0.js';
import { WireClient } from '../a2a/wire-client.js';
import type { VerifyBench } from '../verify-bench.js';

/** A client of the running agent. Its answers are kept, so that the secrets check can search them. */
export function clientFor(bench: VerifyBench, dialect: Dialect = DIALECT_1_0): WireClient {
  return new WireClient(bench.runningAgent.url, dialect, bench.turnTimeoutMs, (text) => {
    bench.observed += text;
  });
}
