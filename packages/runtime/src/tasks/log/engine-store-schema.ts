/** What engines store of their contexts. */
interface EngineEntriesTable {
  /** The engine's name of the context: see `engineContext`. */
  context: string;
  key: string;
  /** 0: the value of the key. From 1: an entry of its list. */
  position: number;
  /** The engine's id of an entry, unique in its list. */
  entry_id: string | null;
  /** Of `content`, in UTF-8. */
  bytes: number;
  /** JSON. */
  content: string;
}

/** The claim under which a context was used last. Only its turn may write. */
interface EngineHoldersTable {
  context: string;
  task_id: string;
  fence: number;
  /** Counts all list entries of the context that ever were, so that no position comes twice. */
  positions: number;
}

/** The tables of the engine store. */
export interface EngineStoreSchema {
  engine_entries: EngineEntriesTable;
  engine_holders: EngineHoldersTable;
}
