import type { Message, Part } from '@a2a-js/sdk';
import { Role } from '@a2a-js/sdk';
import type { TaskSummary } from '../../tasks/log/operator-view.js';
import { terminalJson, terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { findTasks } from './find-tasks.js';
import type { TasksOptions } from './options.js';
import { nameOfState } from './read-options.js';
import { openStoredTasks } from './stored-tasks.js';
import { contentJson, readContent, type TaskContent } from './task-content.js';
import { TasksError } from './tasks-error.js';

/** Shows everything that is stored of one task. */
export async function showTask(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  if (ids.length !== 1) throw new UsageError('molecule tasks show wants the id of one task.');
  await using opened = await openStoredTasks(options.workspace, host);
  const { store } = opened;
  for (const summary of await findTasks(store.log.operator, ids)) {
    const content = await readContent(store, summary.id);
    if (!content) throw new TasksError('TASK_UNKNOWN', `The task ${summary.id} was deleted meanwhile.`);
    host.stdout.write(options.json ? jsonOf(summary, content) : textOf(summary, content));
  }
  return EXIT_CODES.ok;
}

function jsonOf(summary: TaskSummary, content: TaskContent): string {
  return `${terminalJson(JSON.stringify({ ...contentJson(summary, content), files: content.files }))}\n`;
}

function textOf(summary: TaskSummary, { record, events, files }: TaskContent): string {
  const { task, runner, durable } = record;
  const message = task.status?.message;
  const [first, last] = [events[0]?.seq, events.at(-1)?.seq];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['task', summary.id],
    ['conversation', summary.contextId],
    ['owner', summary.owner],
    ['state', nameOfState(summary.state)],
    ['', message && partsText(message.parts)],
    ['created', new Date(summary.createdAt).toISOString()],
    ['changed', new Date(summary.statusAt).toISOString()],
    ['turns', `${summary.turns}${durable ? ', durable' : ''}`],
    ['attempts', `${summary.attempts}, of the last turn`],
    ['last process', runner],
    ['events', first === undefined ? 'deleted, or none yet' : `${events.length} kept, from ${first} to ${last}`],
    ...files.map((file) => ['file', fileText(file)] as const),
  ];
  const head = rows.flatMap(([name, text]) => (text === undefined ? [] : `${name.padEnd(14)}${indent(text)}`));
  const said = task.history.map((each) => section(speaker(each), each.parts));
  const made = task.artifacts.map(({ name, parts }) => section(name || 'artifact', parts));
  return terminalText([head.join('\n'), ...said, ...made].join('\n\n').concat('\n'));
}

function section(title: string, parts: readonly Part[]): string {
  return `${title}:\n${partsText(parts)}`;
}

function speaker({ role }: Message): string {
  return role === Role.ROLE_USER ? 'user' : 'agent';
}

function partsText(parts: readonly Part[]): string {
  return parts
    .map(({ content, filename, mediaType }) => {
      switch (content?.$case) {
        case 'text':
          return content.value;
        case 'data':
          return JSON.stringify(content.value);
        case undefined:
          return '';
        default:
          return `[file ${filename || 'without a name'}, ${mediaType}]`;
      }
    })
    .join('');
}

function fileText({ name, mediaType, digest, bytes }: TaskContent['files'][number]): string {
  const size = bytes === undefined ? 'deleted' : `${bytes} bytes`;
  return [name || 'without a name', mediaType, size, digest.slice(0, 12)].filter((text) => text !== '').join(', ');
}

function indent(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(14)}`);
}
