import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import { type Clock, pause } from '../../support/clock.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import { agentsRun, inUse, otherCommandRuns } from '../store-in-use.js';
import { leasedBoots } from './boot-rows.js';
import { LeasedBoots } from './leased-boots.js';
import type { PostgresTables } from './open-postgres-store.js';

/** A process that was killed counts as alive for the rest of its lease. */
const LEASE_MS = 4_000;
const LOOK_MS = 250;

/** The store is held: no agent uses it, and none can begin to. */
export interface HeldStore {
  /** @throws {TaskStoreError} `STORE_IN_USE`, if the lease was lost meanwhile */
  assert(): void;
}

/**
 * Keeps agents away from the store of a database until the steps run, or this process dies. A process that was just killed is waited for.
 *
 * @throws {TaskStoreError} `STORE_IN_USE`
 */
export async function holdStore(
  { place, config, database }: Pick<PostgresTables, 'place' | 'config' | 'database'>,
  { logger, clock, steps }: { readonly logger: Logger; readonly clock: Clock; readonly steps: ShutdownSteps },
): Promise<HeldStore> {
  const boots = new LeasedBoots(database, {
    config,
    clock,
    logger,
    gone: () => {},
    lost: () => database.dropConnections(),
  });
  steps.add('lease', () => boots.release());
  await boots.start();
  const { id } = boots;
  steps.add('hold', () =>
    database.write((kysely) => sql`update store_id set held_by = null where held_by = ${id}`.execute(kysely), ONCE),
  );
  const until = clock.now() + LEASE_MS;
  const first = new Map<string, string>();
  for (let isOurs = false; ; ) {
    isOurs ||= await takeHold(database, id);
    // An agent looks whether the store is held after it has taken its lease.
    const others = [...(await leasedBoots(database))].filter(([boot]) => boot !== id);
    if (isOurs && others.length === 0) break;
    const renews = ([boot, end]: readonly [string, string]) => (first.get(boot) ?? end) !== end;
    if (others.some(renews) || clock.now() >= until) {
      throw isOurs ? agentsRun(place, others.length) : otherCommandRuns(place);
    }
    for (const [boot, end] of others) if (!first.has(boot)) first.set(boot, end);
    await pause(clock, LOOK_MS, new AbortController().signal);
  }
  return {
    assert() {
      if (boots.id !== id)
        throw inUse(
          `The connection to ${place} was lost for so long that agents may have begun to use it. Run the command again.`,
        );
    },
  };
}

/** False: the command that has it is alive, or was killed a moment ago. */
async function takeHold(database: PostgresTables['database'], boot: string): Promise<boolean> {
  const { rows } = await database.write(
    (kysely) =>
      sql`update store_id set held_by = ${boot} where not exists (
        select 1 from boots where boots.id = store_id.held_by and lease_until > clock_timestamp()
      ) returning id`.execute(kysely),
    CALLER,
  );
  return rows.length > 0;
}
