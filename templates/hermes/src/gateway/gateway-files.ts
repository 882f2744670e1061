import { join } from 'node:path';

/** The files of a workspace's Hermes, all under its state directory. */
export interface GatewayFiles {
  /** `HERMES_HOME`: Hermes' configuration, plugins, sessions and memory. */
  readonly home: string;
  /** Process id, port and key of the running gateway. */
  readonly record: string;
  /** What the gateway prints. */
  readonly log: string;
  /** What our plugin in Hermes writes down of runs. */
  readonly notes: string;
  /** Locks of the processes that use this Hermes. */
  readonly users: string;
  /** The name of this Hermes, to distinguish it from those of other machines. */
  readonly machine: string;
  /** One file for each conversation: its last turn. */
  readonly turns: string;
}

/** Where they lie. */
export function gatewayFiles(stateDir: string): GatewayFiles {
  const root = join(stateDir, 'hermes');
  const home = join(root, 'home');
  return {
    home,
    record: join(root, 'gateway.json'),
    log: join(root, 'gateway.log'),
    notes: join(home, 'molecule'),
    users: join(root, 'users'),
    machine: join(root, 'machine.json'),
    turns: join(root, 'turns'),
  };
}
