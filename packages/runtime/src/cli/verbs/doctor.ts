import type { CheckResult } from '../../boot/diagnose/check.js';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import { terminalJson, terminalText } from '../../telemetry/logging/terminal-text.js';
import { defineVerb } from '../command-line/verb.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { workspaceOptions } from '../host/config-path.js';
import { assertNodeVersion } from '../host/node-version.js';
import { createPaint } from '../host/paint.js';

/** Prints every check, also after one that failed. Exit code 1: a check failed. */
export const doctor = defineVerb({
  name: 'doctor',
  operands: '[directory]',
  summary: 'Check everything that the agent needs, and print what to do about each problem',
  options: { json: { help: 'Print one JSON object' } },
  async run({ operands: [directory], options: { json } }, host) {
    assertNodeVersion(host.process.nodeVersion);
    const { diagnose } = await import('../../boot/diagnose/diagnose.js');
    const checks = await diagnose(
      { ...workspaceOptions(directory, host), environment: { ...host.environment } },
      (names) => host.process.hideFromChildren(names),
    );
    const ok = checks.every(({ status }) => status !== 'fail');
    host.stdout.write(json ? `${terminalJson(JSON.stringify({ ok, checks }))}\n` : renderChecks(checks, host));
    return ok ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

function renderChecks(checks: readonly CheckResult[], { environment, stdout, command }: CliHost): string {
  const { color } = readCommandEnvironment(environment);
  const paint = createPaint(color && stdout.isTTY === true);
  const paints = { ok: paint.good, warn: paint.warning, fail: paint.bad };
  const lines = checks.flatMap(({ name, status, detail, remedy }) => {
    const line = `${paints[status](status.padEnd(5))} ${name.padEnd(11)} ${indent(command.pasteable(detail))}`;
    return remedy === undefined ? [line] : [line, `${' '.repeat(18)}-> ${indent(command.pasteable(remedy))}`];
  });
  return `${lines.join('\n')}\n`;
}

function indent(text: string): string {
  return terminalText(text).replaceAll('\n', `\n${' '.repeat(18)}`);
}
