import { dirname, join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { monotonicClock } from '../../support/clock.js';
import type { Blobs } from '../blobs/blobs.js';
import { DirectoryBlobs } from '../blobs/directory-blobs.js';
import { referenceTo, type StoredFile } from '../blobs/stored-file.js';
import type { ContentKind } from '../log/schema.js';
import { CALLER } from '../storage/storage-gate.js';

/** A part as A2A's JSON, or as an input's. */
interface PartJson {
  readonly raw?: string;
  readonly filename?: string;
  readonly kind?: string;
  readonly data?: unknown;
  readonly name?: string;
  readonly mediaType?: string;
  url?: string;
}

interface MessageJson {
  readonly parts?: PartJson[];
}

/** An A2A StreamResponse as JSON. */
interface EntryJson {
  readonly task?: { readonly history?: readonly MessageJson[]; readonly status?: { readonly message?: MessageJson } };
  readonly message?: MessageJson;
  readonly statusUpdate?: { readonly status?: { readonly message?: MessageJson } };
  readonly artifactUpdate?: { readonly artifact?: MessageJson };
}

/** A text of a row that may hold files. */
interface Place {
  readonly kinds: readonly ContentKind[];
  /** Occurs in each text with a file. */
  readonly sign: string;
  readonly partsIn: (json: unknown) => readonly PartJson[];
}

const PLACES: readonly Place[] = [
  {
    kinds: ['input'],
    sign: '"kind":"file"',
    partsIn: (input) => (input as MessageJson).parts ?? [],
  },
  {
    kinds: ['history', 'artifacts'],
    sign: '"raw":"',
    partsIn: (entries) => (entries as readonly EntryJson[]).flatMap(partsInEntry),
  },
  { kinds: ['event'], sign: '"raw":"', partsIn: (entry) => partsInEntry(entry as EntryJson) },
];

/** Moves the bytes of files out of the rows: each becomes a blob of the directory beside the database. */
export const FILES_BESIDE: Migration = {
  async up(database: Kysely<unknown>) {
    const found = await sql<{
      readonly file: string;
    }>`select file from pragma_database_list where name = 'main'`.execute(database);
    const file = found.rows[0]?.file ?? '';
    // A database in memory is new.
    if (file === '') return;
    const blobs = new DirectoryBlobs(join(dirname(file), 'blobs'), { logger: silentLogger, clock: monotonicClock });
    for (const place of PLACES) await moveFiles(database, place, blobs);
  },
};

/** One row after the other, since one may be large. */
async function moveFiles(database: Kysely<unknown>, { kinds, sign, partsIn }: Place, blobs: Blobs): Promise<void> {
  const ids = await sql<{ readonly id: number }>`select rowid as id from task_contents
    where kind in (${sql.join(kinds)}) and instr(content, ${sign}) > 0`.execute(database);
  for (const { id } of ids.rows) {
    const { rows } = await sql<{ readonly task_id: string; readonly json: string }>`select task_id, content as json
      from task_contents where rowid = ${id}`.execute(database);
    for (const { task_id: taskId, json } of rows) {
      const value: unknown = JSON.parse(json);
      for (const part of partsIn(value)) await moveFile(database, taskId, part, blobs);
      await sql`update task_contents set content = ${JSON.stringify(value)} where rowid = ${id}`.execute(database);
    }
  }
}

async function moveFile(database: Kysely<unknown>, taskId: string, part: PartJson, blobs: Blobs): Promise<void> {
  const base64 = part.raw ?? (part.kind === 'file' ? part.data : undefined);
  if (typeof base64 !== 'string') return;
  const file: StoredFile = await blobs.put(Buffer.from(base64, 'base64'), CALLER);
  Reflect.deleteProperty(part, part.raw === undefined ? 'data' : 'raw');
  part.url = referenceTo(file);
  const { filename, name = filename ?? '', mediaType = '' } = part;
  await sql`insert or ignore into task_blobs (task_id, digest, name, media_type)
    values (${taskId}, ${file.digest}, ${name}, ${mediaType})`.execute(database);
}

function partsInEntry({ task, message, statusUpdate, artifactUpdate }: EntryJson): readonly PartJson[] {
  const holders = [
    ...(task?.history ?? []),
    task?.status?.message,
    message,
    statusUpdate?.status?.message,
    artifactUpdate?.artifact,
  ];
  return holders.flatMap((holder) => holder?.parts ?? []);
}
