import { readWorkDirs } from '../../boot/engine/open-work-dirs.js';
import { openTaskFiles } from '../../boot/open-task-files.js';
import type { TaskFilter, TaskSummary } from '../../tasks/log/operator-view.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { cancelTask } from './cancel-tasks.js';
import { findTasks } from './find-tasks.js';
import type { TasksOptions } from './options.js';
import { readAge } from './read-options.js';
import { openStoredTasks } from './stored-tasks.js';
import { TasksError } from './tasks-error.js';
import { waitForEngines } from './wait-for-engines.js';

/** Tasks that are deleted in one transaction. */
const BATCH = 50;
/** How many tasks an error names. */
const NAMED = 5;

/** Deletes tasks by their ids, their age or their conversation. */
export async function deleteTasks(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  const filter = readFilter(ids, options);
  await using opened = await openStoredTasks(options.workspace, host);
  const { log, blobs } = opened.store;
  const files = openTaskFiles(await readWorkDirs(opened.settings), opened.store);
  const chosen = filter === undefined ? await findTasks(log.operator, ids) : undefined;
  const batches = () => (chosen === undefined ? selected(log, filter ?? {}) : inBatches(chosen));
  const { count, unfinished, named } = await measured(batches());
  if (count === 0) {
    if (options.yes) await deleteUsage(log, filter);
    host.stderr.write('no tasks\n');
    return EXIT_CODES.ok;
  }
  if (unfinished > 0 && !options.cancel) throw unfinishedError(unfinished, named);
  if (!options.yes && !(await isConfirmed(count, unfinished, host))) return EXIT_CODES.failed;
  let deleted = 0;
  let begun = 0;
  let engaged = 0;
  for await (const tasks of batches()) {
    // Without --cancel, a task that has not ended has begun since the tasks were counted.
    const meant = options.cancel ? tasks : tasks.filter(({ terminal }) => terminal);
    begun += tasks.length - meant.length;
    for (const task of meant) if (!task.terminal) await cancelTask(log, task);
    const busy = await waitForEngines(opened.store, meant);
    engaged += busy.size;
    const idle = meant.flatMap(({ id }) => (busy.has(id) ? [] : [id]));
    await files.removeAll(idle);
    deleted += (await log.retention.deleteEnded(idle, { forget: true })).length;
  }
  await deleteUsage(log, filter);
  await blobs.removeUnreferenced();
  while (await log.retention.shrink(0));
  host.stdout.write(`${deleted === 1 ? '1 task was' : `${deleted} tasks were`} deleted\n`);
  if (begun > 0)
    host.stderr.write(
      `${begun === 1 ? '1 task has' : `${begun} tasks have`} begun meanwhile and not ended; nothing of that was deleted\n`,
    );
  if (engaged > 0)
    host.stderr.write(
      `${engaged === 1 ? '1 task has' : `${engaged} tasks have`} ended, but an engine still works on ${engaged === 1 ? 'it' : 'them'}; nothing of that was deleted. Try again later.\n`,
    );
  await tellOfConversations(log, host);
  return engaged > 0 ? EXIT_CODES.failed : EXIT_CODES.ok;
}

/** By age, what was used is deleted also of tasks that were deleted before. */
async function deleteUsage({ usage }: TaskLog, filter: TaskFilter | undefined): Promise<void> {
  if (filter?.statusBefore === undefined || filter.contextId !== undefined) return;
  await usage.deleteBefore(filter.statusBefore, filter.owner);
}

/** Undefined: the tasks are chosen by their ids. */
function readFilter(ids: readonly string[], options: TasksOptions): TaskFilter | undefined {
  const { owner, context } = options;
  const statusBefore = readAge('older-than', options['older-than']);
  const isFiltered = statusBefore !== undefined || context !== undefined;
  if (isFiltered === ids.length > 0) {
    throw new UsageError(
      'molecule tasks delete wants either ids, or --older-than <age>, --context <id>, or both of these.',
    );
  }
  if (!isFiltered) {
    if (owner !== undefined) throw new UsageError('--owner narrows --older-than or --context, and not ids.');
    return undefined;
  }
  return { owner, contextId: context, statusBefore };
}

async function* selected(log: TaskLog, filter: TaskFilter): AsyncGenerator<readonly TaskSummary[]> {
  for (let last: TaskSummary | undefined; ; ) {
    const page = await log.operator.tasks(filter, BATCH, last);
    // By age alone, only ended tasks are meant.
    const meant = filter.contextId === undefined ? page.filter(({ terminal }) => terminal) : page;
    if (meant.length > 0) yield meant;
    last = page.at(-1);
    if (page.length < BATCH) return;
  }
}

async function* inBatches(tasks: readonly TaskSummary[]): AsyncGenerator<readonly TaskSummary[]> {
  for (let at = 0; at < tasks.length; at += BATCH) yield tasks.slice(at, at + BATCH);
}

async function measured(batches: AsyncIterable<readonly TaskSummary[]>) {
  let count = 0;
  let unfinished = 0;
  const named: string[] = [];
  for await (const tasks of batches) {
    count += tasks.length;
    const open = tasks.filter(({ terminal }) => !terminal);
    unfinished += open.length;
    named.push(...open.slice(0, NAMED - named.length).map(({ id }) => id));
  }
  return { count, unfinished, named };
}

function unfinishedError(unfinished: number, named: readonly string[]): TasksError {
  const more = unfinished > named.length ? `, and ${unfinished - named.length} more` : '';
  return new TasksError(
    'TASK_UNFINISHED',
    `${unfinished === 1 ? 'A task has' : `${unfinished} tasks have`} not ended: ${named.join(', ')}${more}. Nothing was deleted. Wait until they have ended, or let them be canceled first with --cancel.`,
  );
}

async function isConfirmed(count: number, unfinished: number, host: CliHost): Promise<boolean> {
  if (host.ask === undefined) {
    throw new UsageError(
      'molecule tasks delete asks before it deletes, and there is no terminal to ask on. Add --yes.',
    );
  }
  const which = `${count === 1 ? '1 task' : `${count} tasks`}${unfinished === 0 ? '' : `, after ${unfinished} of them are canceled`}`;
  const answer = await host.ask(`Delete ${which}? This cannot be undone. [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  host.stderr.write('nothing was deleted\n');
  return false;
}

async function tellOfConversations(log: TaskLog, host: CliHost): Promise<void> {
  const [due] = await log.retention.conversations.due(Number.MAX_SAFE_INTEGER, 1);
  if (due === undefined) return;
  host.stderr.write(
    terminalText(
      'The agent forgets conversations of which no task is left: now if it runs, else when it is started.\n',
    ),
  );
}
