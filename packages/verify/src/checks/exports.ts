import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../sandbox/run-program.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

const REMEDY = 'build the file, add it to `files`, or remove the key from `exports` of package.json';

/** Every key of `exports` names an existing file, and a module that can be loaded. */
export const exportsLead: VerifyCheck = {
  name: 'exports',
  gate: true,
  async run(bench) {
    const { manifest, template, options } = bench;
    const targets = targetsOf(manifest.exports);
    const missing = targets.filter((target) => target.startsWith('./') && !existsSync(join(template, target)));
    demand(missing.length === 0, `\`exports\` names files that do not exist: ${missing.join(', ')}`, REMEDY);
    const entries = keysOf(manifest.exports).filter((key) => !key.includes('*') && !key.endsWith('.json'));
    for (const key of entries) {
      const specifier = `${manifest.name}${key.slice(1)}`;
      await runProgram(
        [options.node, '--input-type=module', '--eval', `await import(${JSON.stringify(specifier)})`],
        { directory: template, environment: bench.buildEnvironment, timeoutMs: 60_000 },
        REMEDY,
      );
    }
    return ok(entries.length === 0 ? 'none' : entries.join(', '));
  },
};

/** All files in a value of `exports`, under any conditions. */
function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes('*') ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

function keysOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  const keys = typeof value === 'object' ? Object.keys(value).filter((key) => key.startsWith('.')) : [];
  return keys.length > 0 ? keys : ['.'];
}
