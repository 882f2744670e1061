// npm run bench [name ...]: each benchmark measures both sides in the same run and prints ratios.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { boot } from './boot.ts';
import { cancel } from './cancel.ts';
import { consolePage } from './console.ts';
import { durable } from './durable.ts';
import { grpc } from './grpc.ts';
import { many } from './many.ts';
import { memory } from './memory.ts';
import { messages } from './messages.ts';
import { overload } from './overload.ts';
import { postgres } from './postgres.ts';
import { print } from './report.ts';
import { retention } from './retention.ts';
import { steps } from './steps.ts';
import { streams } from './streams.ts';
import { team } from './team.ts';
import { weight } from './weight.ts';

const BENCHMARKS = {
  messages,
  cancel,
  streams,
  grpc,
  many,
  weight,
  memory,
  retention,
  overload,
  boot,
  durable,
  team,
  postgres,
  steps,
  console: consolePage,
};

// A package manager passes its own `--` on.
const names = process.argv.slice(2).filter((word) => word !== '--');
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. Known benchmarks: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}
// Whatever the benchmarks and their servers write is below this directory, and is removed at the end, also of an interrupted run.
const directory = mkdtempSync(join(tmpdir(), 'molecule-bench-'));
process.env['TMPDIR'] = directory;
process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (names.length === 0 || names.includes(name)) print(name, await run());
}
process.exit(0);
