import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFolders } from '../folders.js';
import { isMissing } from './read-file.js';

/** Deletes a conversation: the stored copy, and everything in Claude Code's own folder that is named by its session. */
export async function forgetSession(
  sessionId: string,
  { sessions, claude }: Pick<EngineFolders, 'sessions' | 'claude'>,
): Promise<void> {
  const folders = [claude, ...(await foldersIn(claude)), ...(await foldersIn(join(claude, 'projects')))];
  const names = [sessionId, ...['jsonl', 'json', 'txt', 'pid'].map((type) => `${sessionId}.${type}`)];
  for (const folder of folders) for (const name of names) await remove(join(folder, name));
  await remove(join(sessions, sessionId));
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function foldersIn(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
