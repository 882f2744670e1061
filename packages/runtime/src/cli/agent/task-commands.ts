import { shellWord } from '../host/own-command.js';

/** How an agent is reached from this machine. */
export interface AgentAddress {
  readonly url: string;
  /** The command `molecule` as it can be pasted here. */
  readonly command: string;
  /** True if the token was given on the command line. Printed commands then have `"$TOKEN"` instead of the token itself. */
  readonly withToken: boolean;
}

/** The commands for a task, ready to paste into a shell. */
export function taskCommands({ url, command, withToken }: AgentAddress, taskId: string) {
  const token = withToken ? ' --token "$TOKEN"' : '';
  const task = taskId === '' ? '' : ` ${shellWord(taskId)}`;
  return {
    answer: `${command} send ${shellWord(url)}${token} --task${task} '...'`,
    follow: `${command} task ${shellWord(url)}${task}${token}`,
    cancel: `${command} task ${shellWord(url)}${task} --cancel${token}`,
  };
}
