import type { StreamResponse } from '@a2a-js/sdk';
import { type CliHost, EXIT_CODES, type StopSignal } from '../host/cli-host.js';
import { createJsonView } from './json-view.js';
import { SendError } from './send-error.js';
import { type AgentAddress, taskCommands } from './task-commands.js';
import type { TaskOutcome, TaskView } from './task-view.js';
import { createTextView } from './text-view.js';

export interface ShowOptions {
  readonly agent: AgentAddress;
  readonly json: boolean;
  /** True if the message continues a task. Its earlier artifacts are not printed again. */
  readonly continues: boolean;
}

const EXIT_CODE_OF: Readonly<Record<TaskOutcome, number>> = {
  completed: EXIT_CODES.ok,
  failed: EXIT_CODES.failed,
  'input-required': EXIT_CODES.inputRequired,
};

/** Prints a task until it has ended or waits for input: the answer on standard output, everything else on standard error. */
export async function showTask(
  follow: (onBreak: () => void) => AsyncIterable<StreamResponse>,
  { agent, json, continues }: ShowOptions,
  host: CliHost,
): Promise<number> {
  const view = json ? createJsonView(host.stdout, host.stderr) : createTextView({ agent, host, continues });
  const stopListening = host.process.onStopSignal((signal) => leave(signal, view, agent, host));
  try {
    const onBreak = () => view.interrupt('(the connection to the agent broke; reconnecting for up to a minute)');
    for await (const response of follow(onBreak)) view.show(response);
  } finally {
    stopListening();
  }
  const outcome = view.end();
  if (outcome === undefined) {
    throw new SendError(
      'SEND_INTERRUPTED',
      'The agent ended the stream before the task had ended. The task may still be running.',
    );
  }
  return EXIT_CODE_OF[outcome];
}

/** Ctrl-C ends this command and not the task. Prints that, and the commands that follow and cancel the task. */
function leave(signal: StopSignal, view: TaskView, agent: AgentAddress, host: CliHost): void {
  const taskId = view.taskId();
  const { follow, cancel } = taskCommands(agent, taskId);
  if (taskId === '') view.note(`stopped before the agent had named the task\n  list its tasks: ${follow}`);
  else view.note(`task ${taskId} is still running\n  follow: ${follow}\n  cancel: ${cancel}`);
  host.process.exit(EXIT_CODES.interrupted[signal]);
}
