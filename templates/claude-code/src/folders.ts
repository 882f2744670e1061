import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '@molecule/adapters';

/** Where the engine keeps its things. */
export interface EngineFolders {
  /** The agent's working directory, links resolved: Claude Code names a project by it. */
  readonly work: string;
  /** Claude Code's own folder (`CLAUDE_CONFIG_DIR`). A cache: conversations are restored from `sessions`. */
  readonly claude: string;
  /** `HOME` of Claude Code and of the commands that it runs. */
  readonly home: string;
  /** The conversations, one folder each. */
  readonly sessions: string;
}

/** Makes the folders that do not exist yet, readable by this user alone. */
export async function prepareFolders(workspace: Workspace, sessionDir: string | undefined): Promise<EngineFolders> {
  const folders = {
    claude: join(workspace.stateDir, 'claude'),
    home: join(workspace.stateDir, 'home'),
    sessions: sessionDir ?? join(workspace.stateDir, 'sessions'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return { ...folders, work: await realpath(workspace.workDir) };
}
