import { MoleculeError } from '@molecule/adapters';
import type { DatabaseSettings } from '../../settings/environment/runtime-settings.js';
import type { DatabaseState } from '../../tasks/postgres/inspect-database.js';
import { placeOf } from '../../tasks/postgres/postgres-settings.js';
import { type CheckResult, fail, failFor, ok, warn } from './check.js';

/** Leases are measured by the database's clock; times that a client sees come from each machine's own. */
const MOST_APART_MS = 2_000;

/** Looks at the database of the task store, and changes nothing in it. */
export async function checkDatabase(settings: DatabaseSettings, workspaceId: string): Promise<readonly CheckResult[]> {
  const place = placeOf(settings);
  try {
    const { inspectDatabase } = await import('../../tasks/postgres/inspect-database.js');
    return findings(await inspectDatabase(settings, workspaceId), place, settings);
  } catch (error) {
    if (MoleculeError.is(error)) return [failFor('task store', error)];
    const detail = `${place} cannot be used: ${(error as Error).message}`;
    return [fail('task store', detail, 'make sure that DATABASE_URL names a database that this machine reaches')];
  }
}

function findings(state: DatabaseState, place: string, { notify }: DatabaseSettings): readonly CheckResult[] {
  const { version, isEncrypted, pending, aheadMs, isDurable, isPooled, notifies } = state;
  const tables = pending.length === 0 ? 'tables up to date' : `the next start makes ${pending.length} migrations`;
  const way = `${isEncrypted ? 'encrypted' : 'not encrypted'}${isPooled ? ', through a pooler' : ''}`;
  const results = [ok('task store', `${place}: PostgreSQL ${version}, ${tables}, ${way}`)];
  if (!isDurable) {
    const detail = 'synchronous_commit or fsync is off: a crash of the server can lose tasks that were acknowledged';
    results.push(warn('durability', detail, 'set both to on for this database'));
  }
  if (Math.abs(aheadMs) > MOST_APART_MS) {
    const detail = `the clock of the database is ${Math.abs(aheadMs)} ms ${aheadMs > 0 ? 'ahead of' : 'behind'} the one of this machine`;
    results.push(warn('clocks', detail, 'synchronize the clocks of all machines, for example with NTP'));
  }
  if (notify && !notifies) {
    const detail =
      'notifications do not arrive, as behind PgBouncer in transaction mode: a change in another process is found within half a second';
    results.push(warn('notifications', detail, 'set MOLECULE_DATABASE_NOTIFY=off, or connect without the pooler'));
  }
  return results;
}
