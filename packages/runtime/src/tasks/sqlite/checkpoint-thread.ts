/** What a thread answers to a request. */
export interface CheckpointAnswer {
  /** True if the database file has everything that was committed before. */
  readonly complete: boolean;
  /** The error of SQLite. */
  readonly error?: string;
}

type Threads = typeof import('node:worker_threads');
type NodeSqlite = typeof import('node:sqlite');

/**
 * The code of the thread that makes checkpoints of one database; `workerData` is the URL of its file. It copies what the
 * write-ahead log holds to the database file, and lets the log begin again at its start.
 *
 * It runs as the source text of this function, because the built package is one file and has no other module for it. So it must
 * not use anything but its parameters.
 */
export function checkpointThread({ parentPort, workerData }: Threads, { DatabaseSync }: NodeSqlite): void {
  /** The frames of one page that the log has room for, some 8 MiB. */
  const FRAMES = 2_048;
  let hasRoom = false;
  parentPort?.on('message', () => {
    let complete = false;
    try {
      // A new descriptor each time: the file may be another one, and an old descriptor may have reported its error already.
      // While it waits for readers, it holds up writers.
      const database = new DatabaseSync(new URL(workerData), { timeout: 20 });
      try {
        database.exec('PRAGMA wal_autocheckpoint = 0');
        // Most of the work, without holding up writers.
        database.exec('PRAGMA wal_checkpoint(PASSIVE)');
        complete = restart();
        if (complete && !hasRoom) {
          makeRoom();
          hasRoom = true;
        }
        function restart(): boolean {
          if (Number(database.prepare('PRAGMA wal_checkpoint(RESTART)').get()?.['busy']) !== 0) return false;
          // The first write at the start of the log syncs the log's header, so it must not be left to the main thread.
          touch();
          return true;
        }
        function touch(): void {
          const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
          database.exec(`PRAGMA user_version = ${version}`);
        }
        /** A sync after a write within the file's size takes a fraction of the time of one that enlarges the file. */
        function makeRoom(): void {
          database.exec('PRAGMA synchronous = OFF');
          for (let frame = 0; frame < FRAMES; frame++) touch();
          database.exec('PRAGMA synchronous = FULL');
          restart();
        }
      } finally {
        database.close();
      }
      parentPort?.postMessage({ complete });
    } catch (error) {
      parentPort?.postMessage({ complete, error: String(error) });
    }
  });
}
