import { randomUUID } from 'node:crypto';
import { type Message, type Part, Role } from '@a2a-js/sdk';
import { readCommandEnvironment } from '../../environment/command-environment.js';
import type { CliHost } from '../cli-host.js';
import type { SendOptions } from '../parse-command-line.js';
import { connect } from './connect.js';
import { followTask } from './follow-task.js';
import { readFilePart } from './message-file.js';
import { showTask } from './show-task.js';

export interface SendCommand {
  readonly url: string;
  readonly text: string;
  readonly options: SendOptions;
}

/** `molecule send`: the answer goes to standard output as it comes, everything about it to standard error. */
export async function runSend({ url, text, options }: SendCommand, host: CliHost): Promise<number> {
  const { files, token, task, json } = options;
  const parts = [
    ...textParts(text),
    ...(await Promise.all(files.map((path) => readFilePart(path, host.workingDirectory)))),
  ];
  const client = await connect(url, token ?? readCommandEnvironment(host.environment).token);
  const agent = { url, command: host.command, withToken: token !== undefined };
  return showTask(
    (onBreak) => followTask(client, { message: toMessage(parts, options) }, { url, onBreak }),
    { agent, json, continues: task !== undefined },
    host,
  );
}

function textParts(value: string): readonly Part[] {
  if (value.trim() === '') return [];
  return [{ content: { $case: 'text', value }, mediaType: 'text/plain', filename: '', metadata: undefined }];
}

function toMessage(parts: readonly Part[], options: SendOptions): Message {
  return {
    messageId: randomUUID(),
    role: Role.ROLE_USER,
    contextId: options.context ?? '',
    taskId: options.task ?? '',
    parts: [...parts],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}
