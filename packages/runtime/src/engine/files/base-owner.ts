import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file in the state directory that records to whom the base of the work directories belongs. */
const FILE = 'work-owner';

/** Where the record is, and what it is about. */
export interface BasePlace {
  readonly stateDir: string;
  /** The base of the work directories. */
  readonly base: string;
}

/**
 * The owner to whom the base itself belongs, with what was stored before owners had directories of their own. Decided at the first
 * start and recorded: the only owner, if there is one. Decided again if the base is empty. Undefined: no owner has it.
 *
 * @param owners all owners that the server can have
 */
export async function baseOwner({ stateDir, base }: BasePlace, owners: readonly string[]): Promise<string | undefined> {
  const path = join(stateDir, FILE);
  const recorded = parse(await read(path));
  const isKnown = recorded?.base === base && (await readdir(base)).length > 0;
  if (recorded && isKnown) return recorded.owner ?? undefined;
  const owner = owners.length === 1 ? owners[0] : undefined;
  const partial = `${path}.${crypto.randomUUID()}`;
  await writeFile(partial, `${JSON.stringify({ base, owner: owner ?? null })}\n`, { mode: 0o600 });
  await rename(partial, path);
  return owner;
}

/** The recorded owner of the base; undefined if no owner has it, or none was recorded. */
export async function recordedBaseOwner({ stateDir, base }: BasePlace): Promise<string | undefined> {
  const recorded = parse(await read(join(stateDir, FILE)));
  return recorded?.base === base ? (recorded.owner ?? undefined) : undefined;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

interface BaseRecord {
  readonly base: string;
  readonly owner: string | null;
}

/** A file of another form belongs to an interrupted write or to an edit, and is written again. */
function parse(text: string): BaseRecord | undefined {
  try {
    const { base, owner = null } = JSON.parse(text) as Partial<BaseRecord>;
    return typeof base === 'string' && (owner === null || typeof owner === 'string') ? { base, owner } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
