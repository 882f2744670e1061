import { silentLogger } from '@molecule/adapters';
import { readCommandEnvironment } from '../../environment/command-environment.js';
import { createPaint } from '../../first-screen/paint.js';
import { terminalJson, terminalText } from '../../logging/terminal-text.js';
import type { RuntimeOptions } from '../../runtime-types.js';
import { type CliHost, EXIT_CODES } from '../cli-host.js';
import { configPathOf } from '../config-path.js';
import { withOwnCommand } from '../own-command.js';
import { type CheckResult, warn } from './check.js';
import { checkEngine } from './check-engine.js';
import { checkPlatform } from './check-platform.js';
import { checkPort } from './check-port.js';
import { checkTaskStore } from './check-task-store.js';
import { checkTemporal } from './check-temporal.js';
import { checkAdapter, checkConfig } from './check-workspace.js';

export interface DoctorCommand {
  readonly directory: string | undefined;
  readonly json: boolean;
}

/** `molecule doctor`: looks at everything that a start needs, and goes on after what is wrong. Exit code 1: a check failed. */
export async function runDoctor({ directory, json }: DoctorCommand, host: CliHost): Promise<number> {
  const configPath = configPathOf(directory, host);
  const results = await runChecks({ configPath, environment: host.environment, logger: silentLogger });
  const healthy = results.every(({ status }) => status !== 'fail');
  host.stdout.write(
    json ? `${terminalJson(JSON.stringify({ ok: healthy, checks: results }))}\n` : renderResults(results, host),
  );
  return healthy ? EXIT_CODES.ok : EXIT_CODES.failed;
}

async function runChecks(options: RuntimeOptions): Promise<readonly CheckResult[]> {
  const { results: configResults, workspace } = await checkConfig(options);
  if (workspace === undefined) return configResults;
  const { settings } = workspace;
  const { result: adapterResult, adapter, runtimeConfig } = await checkAdapter(options, workspace);
  const port = await checkPort(settings);
  const results = [...configResults, adapterResult];
  if (adapter !== undefined && port.status === 'warn') {
    // A second engine on the state of a running one could disturb it.
    results.push(warn('engine', 'not looked at while the agent runs', 'ask the agent: GET /readyz'));
  } else if (adapter !== undefined) {
    results.push(await checkEngine(options, workspace, adapter, runtimeConfig));
  }
  const independent = [checkTaskStore(settings), checkTemporal(settings), checkPlatform(settings)];
  return [...results, port, ...(await Promise.all(independent))];
}

function renderResults(results: readonly CheckResult[], host: CliHost): string {
  const { color } = readCommandEnvironment(host.environment);
  const paint = createPaint(color && host.stdout.isTTY === true);
  const paints = { ok: paint.good, warn: paint.warning, fail: paint.bad };
  const lines = results.flatMap(({ name, status, detail, remedy }) => {
    const line = `${paints[status](status.padEnd(5))} ${name.padEnd(11)} ${indent(withOwnCommand(detail, host.command))}`;
    return remedy === undefined
      ? [line]
      : [line, `${' '.repeat(18)}-> ${indent(withOwnCommand(remedy, host.command))}`];
  });
  return `${lines.join('\n')}\n`;
}

function indent(text: string): string {
  return terminalText(text).replaceAll('\n', `\n${' '.repeat(18)}`);
}
