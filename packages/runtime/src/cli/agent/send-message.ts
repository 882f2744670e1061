import type { Part } from '@a2a-js/sdk';
import { readCommandEnvironment } from '../../settings/environment/command-environment.js';
import { textPart, userMessage } from '../../tasks/events/a2a-events.js';
import type { CliHost } from '../host/cli-host.js';
import { connect } from './connect.js';
import { followTask } from './follow-task.js';
import { readFilePart } from './message-file.js';
import { showTask } from './show-task.js';

export interface SendOptions {
  readonly url: string;
  readonly text: string;
  /** Undefined: a new conversation. */
  readonly context: string | undefined;
  /** Undefined: a new task. */
  readonly task: string | undefined;
  /** Paths, relative to the working directory. */
  readonly files: readonly string[];
  /** Undefined: `MOLECULE_TOKEN`. */
  readonly token: string | undefined;
  readonly json: boolean;
}

/** Sends a message and prints its task. Returns the exit code. */
export async function sendMessage(options: SendOptions, host: CliHost): Promise<number> {
  const { url, files, token, task, context, json } = options;
  const parts = [
    ...textParts(options.text),
    ...(await Promise.all(files.map((path) => readFilePart(path, host.workingDirectory)))),
  ];
  const message = userMessage(parts, { taskId: task, contextId: context });
  const onWait = (seconds: number) =>
    void host.stderr.write(`The agent has no room for the message now. It is sent again in ${seconds} s.\n`);
  const client = await connect(url, token ?? readCommandEnvironment(host.environment).token, { onWait });
  const agent = { url, command: host.command.text, withToken: token !== undefined };
  return showTask(
    (onBreak) => followTask(client, { message }, { url, onBreak }),
    { agent, json, continues: task !== undefined },
    host,
  );
}

function textParts(value: string): readonly Part[] {
  return value.trim() === '' ? [] : [textPart(value)];
}
