import { findConsolePages } from '../console-pages.js';
import type { WorkspaceDefinition } from '../open-workspace.js';
import { type CheckResult, failFor, ok } from './check.js';

/** Checks that the console has its package, if it is switched on. Otherwise nothing is checked. */
export async function checkConsole(workspace: WorkspaceDefinition): Promise<readonly CheckResult[]> {
  if (workspace.settings.console !== true) return [];
  try {
    await findConsolePages(workspace);
    return [ok('console', 'is served at /console/')];
  } catch (error) {
    return [failFor('console', error)];
  }
}
