import { CreateError } from './create-error.js';

/** What npm takes as a name, without a scope and with one. */
const PACKAGE_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const MOST_LETTERS = 214;

/** @throws {CreateError} `NAME_INVALID` */
export function assertProjectName(name: string): void {
  if (PACKAGE_NAME.test(name) && name.length <= MOST_LETTERS) return;
  throw new CreateError(
    'NAME_INVALID',
    `"${name}" cannot be the name of a package. Use lower-case letters, digits and dashes, such as my-agent.`,
  );
}

/** `my-agent` is "My Agent" to those who read the agent card. */
export function displayName(packageName: string): string {
  return packageName
    .replace(/^@[^/]*\//, '')
    .split(/[._-]+/)
    .filter((word) => word !== '')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
