import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tail } from '../sandbox/run-program.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand, VerifyError } from '../verify-error.js';

interface DoctorReport {
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly remedy?: string;
  }[];
}

const LIMIT_MS = 180_000;

/** The template's own `molecule doctor`: configuration, adapter, engine. */
export const diagnoses: VerifyCheck = {
  name: 'doctor',
  gate: true,
  async run(bench) {
    // A free port: if the default port is taken, doctor reports that as a failure.
    const environment = { ...bench.agentEnvironment, PORT: '0' };
    const program = join(bench.template, 'node_modules', '.bin', 'molecule');
    const { stdout, stderr } = spawnSync(program, ['doctor', '--json'], {
      cwd: bench.template,
      env: environment,
      encoding: 'utf8',
      timeout: LIMIT_MS,
      shell: process.platform === 'win32',
    });
    bench.observed += `${stdout}${stderr}`;
    const { checks } = parse(stdout, stderr);
    const failed = checks.filter(({ status }) => status === 'fail');
    demand(
      failed.length === 0,
      failed.map(({ name, detail }) => `${name}: ${detail}`).join('\n'),
      failed.map(({ remedy }) => remedy ?? 'see the message').join('; '),
    );
    const adapter = checks.find(({ name }) => name === 'adapter');
    return ok(adapter?.detail ?? 'configuration, adapter and engine');
  },
};

/** The report is the last line. An adapter that prints something may have written lines before it. */
function parse(stdout: string, stderr: string): DoctorReport {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (line.startsWith('{"ok":')) return JSON.parse(line) as DoctorReport;
  throw new VerifyError(
    `\`molecule doctor --json\` printed no report:\n${tail(`${stdout}\n${stderr}`)}`,
    'install versions of @molecule/runtime and @molecule/adapters that belong together, and check what the adapter does while it is loaded',
  );
}
