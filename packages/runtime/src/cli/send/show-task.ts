import type { StreamResponse } from '@a2a-js/sdk';
import { type CliHost, EXIT_CODES, type StopSignal } from '../cli-host.js';
import { createJsonView } from './json-view.js';
import { SendError } from './send-error.js';
import { type AgentAddress, taskCommands } from './task-commands.js';
import type { TaskOutcome, TaskView } from './task-view.js';
import { createTextView } from './text-view.js';

export interface ShowOptions {
  readonly agent: AgentAddress;
  readonly json: boolean;
  /** True when the message goes to a task that there was before: what the task held then was shown then. */
  readonly continues: boolean;
}

const EXIT_CODE_OF: Readonly<Record<TaskOutcome, number>> = {
  completed: EXIT_CODES.ok,
  failed: EXIT_CODES.failed,
  'input-required': EXIT_CODES.inputRequired,
};

/** Shows a task until it is over or waits for somebody: the answer on standard output, everything about it beside it. */
export async function showTask(
  follow: (onBreak: () => void) => AsyncIterable<StreamResponse>,
  { agent, json, continues }: ShowOptions,
  host: CliHost,
): Promise<number> {
  const view = json ? createJsonView(host.stdout, host.stderr) : createTextView({ agent, host, continues });
  const stopListening = host.onStopSignal((signal) => leave(signal, view, agent, host));
  try {
    const onBreak = () => view.note('(the connection to the agent broke; trying to reach it again for a minute)');
    for await (const response of follow(onBreak)) view.show(response);
  } finally {
    stopListening();
  }
  const outcome = view.end();
  if (outcome === undefined) {
    throw new SendError('SEND_INTERRUPTED', 'The agent ended the stream before the task was over. The task may go on.');
  }
  return EXIT_CODE_OF[outcome];
}

/** Ctrl-C ends this command, and not the task: the person must know, and know the way back. */
function leave(signal: StopSignal, view: TaskView, agent: AgentAddress, host: CliHost): void {
  const taskId = view.taskId();
  const { follow, cancel } = taskCommands(agent, taskId);
  if (taskId === '') view.note(`stopped before the agent said which task it is. Its tasks: ${follow}`);
  else view.note(`task ${taskId} goes on without this command\n  follow: ${follow}\n  cancel: ${cancel}`);
  host.exit(EXIT_CODES.interrupted[signal]);
}
