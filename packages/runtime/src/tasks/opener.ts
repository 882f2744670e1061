/**
 * Who opens a task store. `agent`: a process of the workspace. `command`: a command beside the agents, which is not counted among their
 * processes.
 */
export type Opener = 'agent' | 'command';
