import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '@molecule/adapters';
import { SECRETS } from './model/credentials.js';

/** Where the engine keeps its things. */
export interface EngineFolders {
  /** What belongs to the runtime and to the turns of other owners, links resolved. A turn's own directory may be inside. */
  readonly hidden: readonly string[];
  /** Claude Code's own folder (`CLAUDE_CONFIG_DIR`). A cache: conversations are restored from `sessions`. */
  readonly claude: string;
  /** `HOME` of Claude Code and of the commands that it runs. */
  readonly home: string;
  /** The conversations, one folder each. */
  readonly sessions: string;
  /** A file that each command's shell reads first. */
  readonly shellStart: string;
}

/**
 * Keeps the model's key out of what commands print, and so out of the conversation. It is no wall: a command runs as
 * the same user as Claude Code.
 */
const HIDE_CREDENTIALS = `unset ${SECRETS.join(' ')}\n`;

/** Makes the folders that do not exist yet, readable by this user alone. */
export async function prepareFolders(workspace: Workspace, sessionDir: string | undefined): Promise<EngineFolders> {
  const folders = {
    claude: join(workspace.stateDir, 'claude'),
    home: join(workspace.stateDir, 'home'),
    sessions: sessionDir ?? join(workspace.stateDir, 'sessions'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const shellStart = join(folders.claude, 'shell-start.sh');
  await writeFile(shellStart, HIDE_CREDENTIALS, { mode: 0o600 });
  const hidden = [workspace.runtimeDir ?? workspace.stateDir, workspace.workDir];
  return { ...folders, shellStart, hidden: await Promise.all(hidden.map((folder) => realpath(folder))) };
}
