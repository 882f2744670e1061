import { silentLogger } from '@molecule/adapters';
import { TokenFile } from '../../src/platform/api/token-file.js';
import { WorkspaceToken } from '../../src/platform/api/workspace-token.js';
import { openTaskStore } from '../../src/tasks/open-task-store.js';

/** The token of a workspace with this state directory, and no records. */
export async function tokenIn(stateDir: string): Promise<WorkspaceToken> {
  const { team } = await openTaskStore({ taskStore: 'memory', stateDir, logger: silentLogger });
  return WorkspaceToken.open(new TokenFile(stateDir), team.platform, false);
}
