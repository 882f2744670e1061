import type { TaskSummary } from '../../tasks/log/operator-view.js';
import { terminalJson, terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import type { TasksOptions } from './options.js';
import { nameOfState, readAge, readLimit, readState } from './read-options.js';
import { openStoredTasks } from './stored-tasks.js';
import { summaryJson } from './summary-json.js';

/** About one screen. */
const LISTED = 50;
/** Tasks that are read at once. */
const PAGE = 200;

/** Lists tasks, newest status first. */
export async function listTasks(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  if (ids.length > 0)
    throw new UsageError('molecule tasks list takes no ids. To show a task: molecule tasks show <id>');
  const filter = {
    state: readState(options.state),
    owner: options.owner,
    contextId: options.context,
    statusFrom: readAge('since', options.since),
  };
  const limit = readLimit(options.limit, LISTED);
  await using opened = await openStoredTasks(options.workspace, host);
  const view = opened.store.log.operator;
  const now = Date.now();
  let listed = 0;
  for (let last: TaskSummary | undefined; ; ) {
    const page = await view.tasks(filter, Math.min(PAGE, limit - listed), last);
    if (listed === 0 && page.length > 0 && !options.json) host.stdout.write(`${HEADING}\n`);
    for (const task of page) {
      host.stdout.write(`${options.json ? terminalJson(JSON.stringify(summaryJson(task))) : lineOf(task, now)}\n`);
    }
    listed += page.length;
    last = page.at(-1);
    if (page.length < PAGE || listed >= limit) break;
  }
  const total = await view.count(filter);
  if (total === 0) host.stderr.write('no tasks\n');
  else if (total > listed) host.stderr.write(`the latest ${listed} of ${total} tasks; for more: --limit ${total}\n`);
  return EXIT_CODES.ok;
}

const COLUMNS = { id: 36, state: 14, age: 6, turns: 5, owner: 12 };
const HEADING = ['ID'.padEnd(COLUMNS.id), 'STATE'.padEnd(COLUMNS.state), 'AGE'.padStart(COLUMNS.age)]
  .concat(['TURNS'.padStart(COLUMNS.turns), 'OWNER'.padEnd(COLUMNS.owner), 'CONVERSATION'])
  .join('  ');

function lineOf({ id, state, statusAt, turns, owner, contextId }: TaskSummary, now: number): string {
  const cells = [
    id.padEnd(COLUMNS.id),
    nameOfState(state).padEnd(COLUMNS.state),
    ageOf(now - statusAt).padStart(COLUMNS.age),
    String(turns).padStart(COLUMNS.turns),
    owner.padEnd(COLUMNS.owner),
    contextId,
  ];
  return terminalText(cells.join('  ').replaceAll('\n', ' '));
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

function ageOf(ms: number): string {
  for (const [size, unit] of UNITS) if (ms >= size) return `${Math.floor(ms / size)}${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))}s`;
}
