import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { sizeInWords } from '../../support/in-words.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { type CheckResult, ok, warn } from './check.js';

/** A larger store without retention is worth a warning. */
const LARGE_BYTES = 1024 ** 3;
/** The walk ends after so many files: the check must not take long. */
const MOST_FILES = 100_000;

interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** Says what uses the space of the state directory, and warns if it is large and nothing is ever deleted from it. */
export async function checkSpace(
  { stateDir, retention }: Pick<RuntimeSettings, 'stateDir' | 'retention'>,
  log: TaskLog,
): Promise<CheckResult> {
  const parts = await partsOf(stateDir);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const tasks = await log.operator.count();
  const most = parts.filter((part) => part.bytes > bytes / 20).map((part) => `${part.name} ${sizeInWords(part.bytes)}`);
  const uses = most.length > 1 ? ` (${most.join(', ')})` : '';
  const detail = `${sizeInWords(bytes)}${uses}, ${tasks === 1 ? '1 task' : `${tasks} tasks`}`;
  const isKept = !Number.isFinite(retention.tasksMs) && !Number.isFinite(retention.conversationsMs);
  if (bytes < LARGE_BYTES || !isKept) return ok('space', detail);
  return warn(
    'space',
    `${detail}; no retention of tasks is set, so no task is ever deleted`,
    'set for example "retention: { tasks: 30d }" in config.yaml; to delete old tasks now: molecule tasks delete --older-than 30d',
  );
}

/** The entries of the state directory, largest first; the files of a database count as one. */
async function partsOf(stateDir: string): Promise<readonly Part[]> {
  const sizes = new Map<string, number>();
  const counter = { left: MOST_FILES };
  for (const entry of await entriesOf(stateDir)) {
    const name = entry.name.replace(/-(?:wal|shm|journal)$/, '');
    const bytes = await sizeOf(join(stateDir, entry.name), entry, counter);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((one, other) => other.bytes - one.bytes);
}

async function sizeOf(path: string, entry: Dirent, counter: { left: number }): Promise<number> {
  if (counter.left-- <= 0) return 0;
  if (entry.isFile()) return (await stat(path).catch(() => undefined))?.size ?? 0;
  if (!entry.isDirectory()) return 0;
  let bytes = 0;
  for (const inner of await entriesOf(path)) bytes += await sizeOf(join(path, inner.name), inner, counter);
  return bytes;
}

/** None if it is removed meanwhile, or may not be read. */
async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}
