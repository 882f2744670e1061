// npm run bench [name ...]: each benchmark measures side by side in one run and prints ratios.
import process from 'node:process';
import { boot } from './boot.ts';
import { durable } from './durable.ts';
import { memory } from './memory.ts';
import { messages } from './messages.ts';
import { print } from './report.ts';
import { streams } from './streams.ts';
import { team } from './team.ts';

const BENCHMARKS = { messages, streams, memory, boot, durable, team };

// A package manager's own `--` is handed on.
const names = process.argv.slice(2).filter((word) => word !== '--');
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (names.length === 0 || names.includes(name)) print(name, await run());
}
process.exit(0);
