import { join } from 'node:path';
import { node, outsideEnvironment, run } from './run-program.ts';
import { root } from './workspace.ts';

/** The output of `molecule verify --json`, as far as the tests use it. */
export interface VerifyOutcome {
  readonly ok: boolean;
  /** By the check's name: `ok`, `warn`, `skip` or `fail`. */
  readonly status: Readonly<Record<string, string>>;
  /** By the check's name, including remedies. */
  readonly detail: Readonly<Record<string, string>>;
}

interface Report {
  readonly ok: boolean;
  readonly results: readonly { name: string; status: string; detail: string; remedy?: string }[];
}

/** Runs `molecule verify` on a template, as a user outside this workspace. */
export async function verifyTemplate(directory: string, options: readonly string[]): Promise<VerifyOutcome> {
  const cli = join(root, 'packages/runtime/dist/cli.js');
  const { stdout, output } = await run(
    node,
    [cli, 'verify', directory, '--json', ...options],
    // The template is not installed: the command finds @molecule/verify among this package's dependencies.
    join(root, 'packages/import-smoke'),
    outsideEnvironment(),
  );
  if (!stdout.startsWith('{')) throw new Error(`molecule verify gave no report:\n${output}`);
  const { ok, results } = JSON.parse(stdout) as Report;
  return {
    ok,
    status: Object.fromEntries(results.map(({ name, status }) => [name, status])),
    detail: Object.fromEntries(results.map(({ name, detail, remedy }) => [name, [detail, remedy].join('\n')])),
  };
}
