import { homedir } from 'node:os';

/** The home of users that have none, as Debian's `nobody` has it. What is looked for there is not there. */
const NO_HOME = '/nonexistent';

/**
 * Gives the process a home directory to name when it has none: no HOME, and a user id without an entry in /etc/passwd, as
 * containers under an arbitrary number have it. Many libraries ask for one although they can do without, and fail.
 */
export function settleHome(environment: Record<string, string | undefined>): void {
  try {
    homedir();
  } catch {
    environment['HOME'] = NO_HOME;
  }
}
