import { randomUUID } from 'node:crypto';
import { type Message, Role } from '@a2a-js/sdk';
import { readCommandEnvironment } from '../../environment/command-environment.js';
import { type CliHost, EXIT_CODES } from '../cli-host.js';
import type { SendOptions } from '../parse-command-line.js';
import { connect } from './connect.js';
import { followTask } from './follow-task.js';
import { createJsonView } from './json-view.js';
import { SendError } from './send-error.js';
import type { TaskOutcome } from './task-view.js';
import { createTextView } from './text-view.js';

export interface SendCommand {
  readonly url: string;
  readonly text: string;
  readonly options: SendOptions;
}

const EXIT_CODE_OF: Readonly<Record<TaskOutcome, number>> = {
  completed: EXIT_CODES.ok,
  failed: EXIT_CODES.failed,
  'input-required': EXIT_CODES.inputRequired,
};

/** `molecule send`: the answer goes to standard output as it comes, everything about it to standard error. */
export async function runSend({ url, text, options }: SendCommand, host: CliHost): Promise<number> {
  const token = options.token ?? readCommandEnvironment(host.environment).token;
  const client = await connect(url, token);
  const continues = options.task !== undefined;
  const view = options.json ? createJsonView(host.stdout) : createTextView({ url, host, continues });
  for await (const response of followTask(client, toMessage(text, options))) view.show(response);
  const outcome = view.end();
  if (outcome === undefined) {
    throw new SendError('SEND_INTERRUPTED', 'The agent ended the stream before the task was over. The task may go on.');
  }
  return EXIT_CODE_OF[outcome];
}

function toMessage(text: string, options: SendOptions): Message {
  return {
    messageId: randomUUID(),
    role: Role.ROLE_USER,
    contextId: options.context ?? '',
    taskId: options.task ?? '',
    parts: [{ content: { $case: 'text', value: text }, mediaType: 'text/plain', filename: '', metadata: undefined }],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}
