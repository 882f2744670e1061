import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type AgentEngine, MoleculeError, type Turn } from '@molecule/adapters';
import type { WorkDirMode } from '../../settings/environment/runtime-settings.js';
import type { ErrorCode } from '../../support/error-codes.js';
import { prepareTurns } from '../decorate-engine.js';
import { digestName, safeDirectoryName } from './safe-directory-name.js';

/** A working directory cannot be created. */
class WorkDirError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.WorkDirError';
  readonly code = 'WORK_DIR_UNUSABLE' satisfies ErrorCode;
}

/** The directories beside the base, in the state directory. */
const OWNERS = 'owners';
const CONTEXTS = 'contexts';
/** The number of paths that are kept in memory. */
const MOST_KNOWN = 10_000;

export interface WorkDirsOptions {
  readonly mode: WorkDirMode;
  /** `work` in the state directory, or `MOLECULE_WORK_DIR`; absolute, with links resolved. */
  readonly base: string;
  readonly stateDir: string;
  /** The owner whose directory the base itself is, in mode `owner`. */
  readonly baseOwner: string | undefined;
}

/**
 * The working directories of turns: one for each owner, one for each conversation, or one for all. Those of different owners do not
 * lie inside each other.
 */
export class WorkDirs {
  readonly #options: WorkDirsOptions;
  /** The path of each directory that was made, with links resolved. To make it again for each turn would cost more than the turn. */
  readonly #made = new Map<string, string>();

  constructor(options: WorkDirsOptions) {
    this.#options = options;
  }

  get base(): string {
    return this.#options.base;
  }

  /** The same engine, whose turns get their working directory; it is created if it is missing. */
  decorate(engine: AgentEngine): AgentEngine {
    const placed = async (turn: Turn): Promise<Turn> => {
      // Engines compare paths with those that their tools resolve, in which links are followed.
      const workDir = await this.#make(this.pathOf(turn.owner, turn.contextId));
      return turn.kind === 'continue'
        ? { ...turn, workDir, original: { ...turn.original, workDir } }
        : { ...turn, workDir };
    };
    return prepareTurns(engine, placed);
  }

  /**
   * The directory of an owner's turns in a conversation; it need not exist.
   *
   * @param contextId as engines get it
   */
  pathOf(owner: string, contextId: string): string {
    const { mode, base, stateDir, baseOwner } = this.#options;
    if (mode === 'shared') return base;
    if (mode === 'context') return join(stateDir, CONTEXTS, safeDirectoryName(owner), digestName(contextId));
    return owner === baseOwner ? base : join(stateDir, OWNERS, safeDirectoryName(owner));
  }

  /** Nothing is created in the place of a state directory that was moved away: it could then not be moved back. */
  async #make(path: string): Promise<string> {
    const made = this.#made.get(path);
    if (made !== undefined && existsSync(made)) return made;
    const { stateDir } = this.#options;
    if (path.startsWith(join(stateDir, sep)) && !existsSync(stateDir)) return path;
    const resolved = await makeWorkDir(path);
    if (this.#made.size >= MOST_KNOWN) this.#made.clear();
    this.#made.set(path, resolved);
    return resolved;
  }

  /** The directory that belongs to this conversation alone; undefined if others work there as well. */
  ownPathOf(owner: string, contextId: string): string | undefined {
    return this.#options.mode === 'context' ? this.pathOf(owner, contextId) : undefined;
  }
}

/**
 * Creates a working directory if it is missing. Returns its path with links resolved.
 *
 * @throws {WorkDirError}
 */
export async function makeWorkDir(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await realpath(path);
  } catch (error) {
    throw new WorkDirError(
      `The working directory ${path} could not be made: ${(error as Error).message}. Give this user the right to create it, or name another place by MOLECULE_WORK_DIR or MOLECULE_STATE_DIR.`,
      { cause: error },
    );
  }
}
