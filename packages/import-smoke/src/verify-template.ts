import { join } from 'node:path';
import { node, outsideEnvironment, run } from './run-program.ts';
import { root } from './workspace.ts';

/** What `molecule verify --json` says, as far as the tests look at it. */
export interface VerifyOutcome {
  readonly ok: boolean;
  /** By the check's name: `ok`, `warn`, `skip` or `fail`. */
  readonly status: Readonly<Record<string, string>>;
  /** By the check's name, remedies included. */
  readonly detail: Readonly<Record<string, string>>;
}

interface Report {
  readonly ok: boolean;
  readonly results: readonly { name: string; status: string; detail: string; remedy?: string }[];
}

/** Does with a template what `molecule verify` does, as somebody outside of this workspace. */
export async function verifyTemplate(directory: string, options: readonly string[]): Promise<VerifyOutcome> {
  const cli = join(root, 'packages/runtime/dist/cli.js');
  const { stdout, output } = await run(
    node,
    [cli, 'verify', directory, '--json', ...options],
    root,
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
