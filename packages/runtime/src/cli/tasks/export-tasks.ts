import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import type { TaskSummary } from '../../tasks/log/operator-view.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { terminalJson } from '../../telemetry/logging/terminal-text.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { writeOut } from '../host/write-out.js';
import { findTasks } from './find-tasks.js';
import type { TasksOptions } from './options.js';
import { openStoredTasks } from './stored-tasks.js';
import { contentJson, type ExportedFile, readContent, type TaskContent } from './task-content.js';

/** Tasks that are read at once, without their content. */
const PAGE = 100;

/** Prints tasks as JSON lines with everything that is stored of them. At most one task, and a piece of a file, is in memory. */
export async function exportTasks(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  if (options.all === ids.length > 0) throw new UsageError('molecule tasks export wants either ids or --all.');
  await using opened = await openStoredTasks(options.workspace, host);
  const { log, blobs } = opened.store;
  const directory = options.files === undefined ? undefined : resolve(host.workingDirectory, options.files);
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const tasks = options.all ? everyTask(log) : await findTasks(log.operator, ids);
  for await (const summary of tasks) {
    const content = await readContent(opened.store, summary.id);
    if (content) await exportTask(summary, content, { blobs, directory, host });
  }
  return EXIT_CODES.ok;
}

interface Destination {
  readonly blobs: Blobs;
  /** Undefined: the bytes of files are in the line, as base64. */
  readonly directory: string | undefined;
  readonly host: CliHost;
}

async function* everyTask(log: TaskLog): AsyncGenerator<TaskSummary> {
  for (let after = ''; ; ) {
    const page = await log.operator.tasksAfter(after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function exportTask(summary: TaskSummary, content: TaskContent, destination: Destination): Promise<void> {
  const { stdout } = destination.host;
  const head = terminalJson(JSON.stringify(contentJson(summary, content)));
  await writeOut(stdout, `${head.slice(0, -1)},"files":[`);
  for (const [index, file] of content.files.entries()) {
    if (index > 0) await writeOut(stdout, ',');
    await exportFile(file, destination);
  }
  await writeOut(stdout, ']}\n');
}

async function exportFile(file: ExportedFile, { blobs, directory, host }: Destination): Promise<void> {
  if (file.bytes === undefined || directory !== undefined) {
    const path =
      file.bytes === undefined || directory === undefined ? undefined : await copy(blobs, file.digest, directory);
    return writeOut(host.stdout, terminalJson(JSON.stringify({ ...file, ...(path !== undefined && { path }) })));
  }
  await writeOut(host.stdout, `${terminalJson(JSON.stringify(file)).slice(0, -1)},"data":"`);
  let rest = Buffer.alloc(0);
  for await (const piece of blobs.read(file.digest)) {
    const bytes = Buffer.concat([rest, piece]);
    // Three bytes are four characters; a piece that ends elsewhere would be padded.
    const whole = bytes.length - (bytes.length % 3);
    await writeOut(host.stdout, bytes.subarray(0, whole).toString('base64'));
    rest = bytes.subarray(whole);
  }
  await writeOut(host.stdout, `${rest.toString('base64')}"}`);
}

/** Under its digest, so that equal files are written once. Returns the path. */
async function copy(blobs: Blobs, digest: string, directory: string): Promise<string> {
  const path = join(directory, digest);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  const partial = `${path}.${process.pid}.partial`;
  try {
    await pipeline(blobs.read(digest), createWriteStream(partial, { mode: 0o600 }));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return path;
}
