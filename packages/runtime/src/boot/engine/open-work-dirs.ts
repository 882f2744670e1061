import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { baseOwner, recordedBaseOwner } from '../../engine/files/base-owner.js';
import { makeWorkDir, WorkDirs } from '../../engine/files/work-dirs.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { hasSeveralOwners } from '../../settings/environment/several-owners.js';
import { ANONYMOUS } from '../../tasks/engine-context.js';
import { makeDirectory } from '../../tasks/storage/state-directory.js';
import type { WorkspaceDefinition } from '../open-workspace.js';

/** The working directories, and to whom belongs what was stored before owners were kept apart. */
export interface OpenWorkDirs {
  readonly workDirs: WorkDirs;
  /** Undefined: to no owner. */
  readonly baseOwner: string | undefined;
}

/** Opens the working directories for the owners that have tokens, and logs who works where if there are several. */
export async function openWorkDirs(workspace: WorkspaceDefinition): Promise<OpenWorkDirs> {
  const { settings, logger } = workspace;
  const { stateDir, tokens, workDirMode: mode } = settings;
  const base = await openWorkDirBase(workspace);
  const named = [...new Set(tokens.map(({ owner }) => owner))];
  const owner = await baseOwner(
    { stateDir, base },
    named.length > 0 || hasSeveralOwners(settings) ? named : [ANONYMOUS],
  );
  const workDirs = new WorkDirs({ mode, base, stateDir, baseOwner: owner });
  if (mode === 'shared' && hasSeveralOwners(settings)) {
    logger.warn('work_dir is shared: all owners read and write the same files', { workDir: base, owners: named });
  }
  if (mode === 'owner' && named.some((one) => one !== owner)) {
    const directories = Object.fromEntries(named.map((one) => [one, workDirs.pathOf(one, '')]));
    logger.info('each owner has a working directory', { directories });
    if (owner === undefined && (await readdir(base)).length > 0) {
      logger.warn('the files in the base of the working directories belong to no owner, so no turn works there', {
        base,
        remedy: 'move them to the directory of an owner, or set work_dir: shared if all owners work on them',
      });
    }
  }
  return { workDirs, baseOwner: owner };
}

/** The working directories of a workspace, which may be in use. Creates and records nothing. */
export async function readWorkDirs({ stateDir, workDir, workDirMode: mode }: RuntimeSettings): Promise<WorkDirs> {
  const base = existsSync(workDir) ? await realpath(workDir) : workDir;
  return new WorkDirs({ mode, base, stateDir, baseOwner: await recordedBaseOwner({ stateDir, base }) });
}

/** Creates the base of the working directories if it is missing. Returns its path with links resolved. */
export async function openWorkDirBase({ settings }: Pick<WorkspaceDefinition, 'settings'>): Promise<string> {
  await makeDirectory(settings.stateDir);
  return makeWorkDir(settings.workDir);
}
