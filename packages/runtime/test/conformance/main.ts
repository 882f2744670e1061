/**
 * Runs the protocol's public compatibility kit against real servers, compares the results with the baseline, and writes
 * docs/conformance.md. It ends with code 1 if a test fails or is skipped that should pass, or passes that should not.
 *
 *     npm run conformance -- <a clone of https://github.com/a2aproject/a2a-tck> [--suite 1.0 or 0.3] [--results <file>]
 *
 * The baseline has the suite 1.0 only.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { differences, type Expected, type Found, together } from './kit/baseline.ts';
import { writePage } from './kit/page.ts';
import { prepareSuite } from './kit/prepare-suite.ts';
import { runSuite } from './kit/run-suite.ts';
import { RUNS } from './kit/suites.ts';

const PAGE = resolve(import.meta.dirname, '../../../../docs/conformance.md');
const { positionals, values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== '--'),
  allowPositionals: true,
  options: { results: { type: 'string' }, suite: { type: 'string', default: '1.0' } },
});
const [checkout] = positionals;
if (checkout === undefined) {
  console.error('Give the path of a clone of https://github.com/a2aproject/a2a-tck: npm run conformance -- <path>');
  process.exit(2);
}
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'molecule-conformance');
await mkdir(cache, { recursive: true });
const baseline = JSON.parse(await readFile(join(import.meta.dirname, 'kit/baseline.json'), 'utf8')) as Expected[];
const all: Found[] = [];
const runs = RUNS.filter(({ suite }) => suite.name === values.suite);
for (const run of runs) {
  const { suite, server, binding } = run;
  const prepared = await prepareSuite(suite, resolve(checkout), cache);
  console.log(`suite ${suite.name}, server "${server.name}"${binding === undefined ? '' : `, ${binding}`}`);
  for (const result of await runSuite(run, prepared, cache))
    all.push({ ...result, suite: suite.name, fills: server.fills === true });
}
const found = together(all);
if (values.results !== undefined) await writeFile(values.results, JSON.stringify(found, undefined, 2));
const wrong = differences(
  found,
  baseline.filter(({ suite }) => suite === values.suite),
);
if (values.suite === '1.0') await writePage(PAGE, found, baseline);
const passed = found.filter(({ outcome }) => outcome === 'passed').length;
console.log(`${passed} of ${found.length} tests pass, ${found.length - passed} are expected not to or differ.`);
for (const each of wrong) console.error(each);
process.exit(wrong.length > 0 ? 1 : 0);
