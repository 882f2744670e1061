import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

/** The same as `engines` in package.json. Older ones lack what we need of `node:sqlite`. */
const LEAST = { major: 22, minor: 16 };

/** The Node that runs this is too old. */
class NodeVersionError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.NodeVersionError';
  readonly code = 'NODE_TOO_OLD' satisfies ErrorCode;
}

/** @throws {NodeVersionError} `NODE_TOO_OLD` */
export function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return;
  throw new NodeVersionError(
    `Molecule needs Node ${LEAST.major}.${LEAST.minor} or newer; this is ${version}. Install a newer one from https://nodejs.org.`,
  );
}
