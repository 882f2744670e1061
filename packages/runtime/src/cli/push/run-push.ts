import type { PushSummary } from '../../tasks/log/push/push-view.js';
import { terminalJson, terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { readLimit } from '../tasks/read-options.js';
import { openStoredTasks } from '../tasks/stored-tasks.js';
import type { PushOptions } from './options.js';

/** About one screen. */
const LISTED = 50;

/** Lists the configurations of push notifications, the newest first. Returns the exit code. */
export async function runPush(action: string, options: PushOptions, host: CliHost): Promise<number> {
  if (action !== 'list') throw new UsageError(`Unknown action "${action}". The action is list.`);
  const { owner, task: taskId, failing, json } = options;
  const limit = readLimit(options.limit, LISTED);
  await using opened = await openStoredTasks(options.workspace, host);
  const found = await opened.store.log.push.list({ owner, taskId, failing }, limit + 1);
  const shown = found.slice(0, limit);
  if (shown.length === 0) host.stderr.write('no push notification configs\n');
  else if (!json) host.stdout.write(`${HEADING}\n`);
  for (const each of shown) {
    host.stdout.write(`${json ? terminalJson(JSON.stringify(jsonOf(each))) : lineOf(each)}\n`);
  }
  if (found.length > limit) host.stderr.write(`the latest ${limit}; for more: --limit ${limit * 10}\n`);
  return EXIT_CODES.ok;
}

function jsonOf({ createdAt, failingSince, disabledAt, notBefore, ...summary }: PushSummary): object {
  return {
    ...summary,
    createdAt: timeOf(createdAt),
    failingSince: timeOf(failingSince),
    nextTry: summary.state === 'failing' ? timeOf(notBefore) : undefined,
    disabledAt: timeOf(disabledAt),
  };
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

const COLUMNS = { task: 36, state: 8, behind: 6, owner: 12, receiver: 32 };
const HEADING = ['TASK'.padEnd(COLUMNS.task), 'STATE'.padEnd(COLUMNS.state), 'BEHIND'.padStart(COLUMNS.behind)]
  .concat(['OWNER'.padEnd(COLUMNS.owner), 'RECEIVER'.padEnd(COLUMNS.receiver), 'LAST ERROR'])
  .join('  ');

function lineOf({ taskId, state, behind, owner, receiver, lastError = '' }: PushSummary): string {
  const cells = [
    taskId.padEnd(COLUMNS.task),
    state.padEnd(COLUMNS.state),
    String(behind).padStart(COLUMNS.behind),
    owner.padEnd(COLUMNS.owner),
    receiver.padEnd(COLUMNS.receiver),
    lastError,
  ];
  return terminalText(cells.join('  ').replaceAll('\n', ' ').trimEnd());
}
