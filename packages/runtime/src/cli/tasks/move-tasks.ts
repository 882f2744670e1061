import { type Logger, silentLogger } from '@molecule/adapters';
import { readWorkspace } from '../../boot/open-workspace.js';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { SETTINGS } from '../../settings/environment/settings-table.js';
import { sizeInWords } from '../../support/in-words.js';
import type { MovableStore } from '../../tasks/move/movable-store.js';
import { type MoveReport, moveStore } from '../../tasks/move/move-store.js';
import { openPostgresEnd } from '../../tasks/move/postgres-end.js';
import { openSqliteEnd } from '../../tasks/move/sqlite-end.js';
import { openStateDirectory } from '../../tasks/storage/state-directory.js';
import { terminalText } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { configPathOf } from '../host/config-path.js';
import { UsageError } from '../host/usage-error.js';
import { showMove } from './move-progress.js';
import type { TasksOptions } from './options.js';
import { assertStored } from './stored-tasks.js';

/** The value of `--to` for the way from a database into the state directory. */
const SQLITE = 'sqlite';
/** How many files a message names. */
const NAMED = 5;

/** Moves everything that the store of a workspace holds to another store. */
export async function moveTasks(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  if (ids.length > 0) throw new UsageError('molecule tasks move takes no ids: it moves everything.');
  const settings = await readSettings(options, host);
  const logger = silentLogger;
  await using state =
    options.to === SQLITE ? await openTarget(settings, logger) : await openSource(settings.stateDir, logger);
  await using database = await openDatabase(settings, logger);
  const [from, to] = options.to === SQLITE ? [database, state] : [state, database];
  const begun = Date.now();
  const progress = showMove(host.stderr);
  const report = await moveStore(from, to, progress.told).finally(progress.end);
  host.stdout.write(terminalText(textOf(report, from, to, Date.now() - begun)));
  tellMissing(report, host);
  return EXIT_CODES.ok;
}

async function readSettings({ workspace, to }: TasksOptions, host: CliHost): Promise<RuntimeSettings> {
  const url = to === undefined || to === SQLITE ? host.environment[SETTINGS.databaseUrl.name] : to;
  if (url === undefined || url === '') {
    throw new UsageError(
      'molecule tasks move wants a PostgreSQL database: set DATABASE_URL, or name it with --to <url>. With --to sqlite, tasks are moved from that database into the state directory.',
    );
  }
  const { settings } = await readWorkspace({
    configPath: configPathOf(workspace, host),
    environment: {
      ...host.environment,
      [SETTINGS.databaseUrl.name]: url,
      [SETTINGS.taskStore.name]: 'postgres',
    },
    logger: silentLogger,
  });
  return settings;
}

async function openSource(stateDir: string, logger: Logger): Promise<MovableStore> {
  await assertStored(stateDir);
  return openSqliteEnd(stateDir, logger);
}

async function openTarget({ stateDir }: RuntimeSettings, logger: Logger): Promise<MovableStore> {
  await openStateDirectory(stateDir, logger);
  return openSqliteEnd(stateDir, logger);
}

function openDatabase({ database, stateDir, workspaceId }: RuntimeSettings, logger: Logger): Promise<MovableStore> {
  if (!database) throw new TypeError('The settings name no database.');
  return openPostgresEnd(database, { stateDir, workspaceId, logger });
}

function textOf({ rows, files, bytes }: MoveReport, from: MovableStore, to: MovableStore, ms: number): string {
  const counts: readonly (readonly [string, string])[] = [
    ...[...rows].map(([name, count]) => [name, String(count)] as const),
    ['files', files === 0 ? '0' : `${files}, ${sizeInWords(bytes)}`],
  ];
  const width = Math.max(...counts.map(([name]) => name.length)) + 2;
  return [
    `everything in ${from.place} was moved to ${to.place} in ${Math.max(1, Math.round(ms / 1000))} s; the copy was read again, and is equal`,
    ...counts.map(([name, count]) => `  ${name.padEnd(width)}${count}`),
    `${from.place} is as it was, and marked as moved: no agent starts on it. ${from.wayBack}`,
    '',
  ].join('\n');
}

function tellMissing({ missing }: MoveReport, host: CliHost): void {
  if (missing.length === 0) return;
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? ', ...' : '';
  const what = missing.length === 1 ? '1 file that a task names was' : `${missing.length} files that tasks name were`;
  host.stderr.write(`${what} missing or damaged before, and could not be moved: ${named}${more}\n`);
}
