import { shellWord } from '../own-command.js';

/** Of an agent, and how it is reached. */
export interface AgentAddress {
  readonly url: string;
  /** How `molecule` is called from here. */
  readonly command: string;
  /** True when the token came on the command line: a line to paste then needs one as well, and must not show it. */
  readonly withToken: boolean;
}

/** Lines to paste into a shell, for what can be done with a task. */
export function taskCommands({ url, command, withToken }: AgentAddress, taskId: string) {
  const token = withToken ? ' --token "$TOKEN"' : '';
  const task = taskId === '' ? '' : ` ${shellWord(taskId)}`;
  return {
    answer: `${command} send ${shellWord(url)}${token} --task${task} '...'`,
    follow: `${command} task ${shellWord(url)}${task}${token}`,
    cancel: `${command} task ${shellWord(url)}${task} --cancel${token}`,
  };
}
