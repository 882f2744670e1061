/**
 * Runs the protocol's public compatibility kit against real servers, compares the results with the baseline, and writes
 * docs/conformance.md. It ends with code 1 if a test fails or is skipped that should pass, or passes that should not.
 *
 *     npm run conformance -- <a clone of https://github.com/a2aproject/a2a-tck> [--suite 1.0 or 0.3] [--results <file>]
 *
 * With one suite only, the page stays as it is. The file gets what every test did on every server, as JSON.
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
  options: { results: { type: 'string' }, suite: { type: 'string' } },
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
const isRun = (suite: string) => values.suite === undefined || suite === values.suite;
for (const run of RUNS.filter(({ suite }) => isRun(suite.name))) {
  const { suite, server, binding } = run;
  const prepared = await prepareSuite(suite, resolve(checkout), cache);
  console.log(`suite ${suite.name}, server "${server.name}"${binding === undefined ? '' : `, ${binding}`}`);
  for (const result of await runSuite(run, prepared, cache))
    all.push({ ...result, suite: suite.name, server: server.name, fills: server.fills === true });
}
const found = together(all);
if (values.results !== undefined) await writeFile(values.results, JSON.stringify(all, undefined, 2));
const wrong = differences(
  found,
  baseline.filter(({ suite }) => isRun(suite)),
);
if (values.suite === undefined) await writePage(PAGE, found, baseline);
const passed = found.filter(({ outcome }) => outcome === 'passed').length;
console.log(`${passed} of ${found.length} tests pass, ${found.length - passed} are expected not to or differ.`);
for (const each of wrong) console.error(each);
process.exit(wrong.length > 0 ? 1 : 0);
