import { CreateError } from './create-error.js';

/** What npm accepts as a name, with or without a scope. */
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

/** The name on the agent card: `my-agent` becomes "My Agent". */
export function displayName(packageName: string): string {
  return packageName
    .replace(/^@[^/]*\//, '')
    .split(/[._-]+/)
    .filter((word) => word !== '')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
