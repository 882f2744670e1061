import { Task, TaskState, taskStateToJSON } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import { terminalJson, terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { connect } from './connect.js';
import { followTask, refused } from './follow-task.js';
import { showTask } from './show-task.js';

export interface ShowTasksOptions {
  readonly url: string;
  /** Undefined: list the tasks. */
  readonly id: string | undefined;
  /** True: cancel the task instead of printing it. */
  readonly cancel: boolean;
  /** Undefined: `MOLECULE_TOKEN`. */
  readonly token: string | undefined;
  readonly json: boolean;
}

/** How many tasks are listed: about one screen. */
const LISTED = 20;
/** How many characters of a task's message are listed. */
const EXCERPT = 60;

/** Prints the answer of a task and follows it, cancels it, or lists the latest tasks. Returns the exit code. */
export async function showTasks({ url, id, cancel, token, json }: ShowTasksOptions, host: CliHost): Promise<number> {
  const client = await connect(url, token ?? readCommandEnvironment(host.environment).token);
  if (id === undefined) return listTasks(client, json, host);
  if (cancel) return cancelTask(client, id, json, host);
  const agent = { url, command: host.command.text, withToken: token !== undefined };
  return showTask(
    (onBreak) => followTask(client, { taskId: id }, { url, onBreak }),
    { agent, json, continues: false },
    host,
  );
}

async function cancelTask(client: Client, id: string, json: boolean, host: CliHost): Promise<number> {
  const task = await client.cancelTask({ tenant: '', id, metadata: undefined }).catch((error: unknown) => {
    throw refused(error);
  });
  host.stdout.write(`${json ? jsonLine(task) : textLine(task)}\n`);
  return task.status?.state === TaskState.TASK_STATE_CANCELED ? EXIT_CODES.ok : EXIT_CODES.failed;
}

async function listTasks(client: Client, json: boolean, host: CliHost): Promise<number> {
  const request = {
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageSize: LISTED,
    pageToken: '',
    historyLength: 1,
    statusTimestampAfter: undefined,
  };
  const { tasks, totalSize } = await client.listTasks(request).catch((error: unknown) => {
    throw refused(error);
  });
  for (const task of tasks) host.stdout.write(`${json ? jsonLine(task) : textLine(task)}\n`);
  if (tasks.length === 0) host.stderr.write('no tasks\n');
  else if (totalSize > tasks.length) host.stderr.write(`the latest ${tasks.length} of ${totalSize} tasks\n`);
  return EXIT_CODES.ok;
}

function jsonLine(task: Task): string {
  return terminalJson(JSON.stringify(Task.toJSON(task)));
}

function textLine({ id, status, history }: Task): string {
  const state = status === undefined ? '' : taskStateToJSON(status.state);
  const words = history.at(-1)?.parts.flatMap(({ content }) => (content?.$case === 'text' ? content.value : [])) ?? [];
  const excerpt = [...words.join(' ').replaceAll(/\s+/g, ' ')].slice(0, EXCERPT).join('');
  return terminalText([id, status?.timestamp ?? '', state, excerpt].filter((text) => text !== '').join('  '));
}
