import { type Kysely, sql } from 'kysely';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { TaskLogSchema } from '../schema.js';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** Rows that one statement deletes. */
const BATCH = 1_000;

/** What was used. */
export interface UsedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly reasoningTokens: number;
  /** In US dollars; undefined: no engine has reported a price. */
  readonly costUsd: number | undefined;
}

/** What the turns of a day have used, of one owner with one model. */
export interface UsageOfDay extends UsedTokens {
  /** The number of the day since 1970, in the zone that was asked for. */
  readonly day: number;
  readonly owner: string;
  readonly model: string;
  readonly turns: number;
}

/** Selects usage. */
export interface UsageQuery {
  /** Undefined: of all owners. */
  readonly owner: string | undefined;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds since 1970; not included. */
  readonly before: number;
  /** The zone of the days, in minutes east of UTC. */
  readonly zoneMinutes: number;
}

/** What turns have used. */
export class UsageStore {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Sums by day, owner and model, in the order of the days. Each day is a query of its own, so that a long time blocks nothing. */
  async byDay({ owner, from, before, zoneMinutes }: UsageQuery): Promise<readonly UsageOfDay[]> {
    const zoneMs = zoneMinutes * MINUTE_MS;
    const found: UsageOfDay[] = [];
    for (let at = from; at < before; ) {
      const next = await this.#firstFrom(at, owner);
      if (next === undefined || next >= before) break;
      const day = Math.floor((next + zoneMs) / DAY_MS);
      const end = Math.min((day + 1) * DAY_MS - zoneMs, before);
      found.push(...(await this.#ofDay(day, { owner, from: next, before: end })));
      at = end;
    }
    return found;
  }

  /**
   * Deletes what is older, some rows at a time.
   *
   * @param owner undefined: of all owners
   */
  async deleteBefore(before: number, owner?: string): Promise<void> {
    for (let deleted = BATCH; deleted === BATCH; ) {
      deleted = await this.#database.write(async (database) => {
        const old = database.selectFrom('turn_usage').select(['task_id', 'turn']).where('at', '<', before).limit(BATCH);
        const { numDeletedRows } = await database
          .deleteFrom('turn_usage')
          .where(({ eb, refTuple }) =>
            eb(
              refTuple('task_id', 'turn'),
              'in',
              (owner === undefined ? old : old.where('owner', '=', owner)).$asTuple('task_id', 'turn'),
            ),
          )
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }, CALLER);
    }
  }

  /** The time of the first row from a time on; days without any are not looked at. */
  async #firstFrom(at: number, owner: string | undefined): Promise<number | undefined> {
    const row = await this.#database.read((database) => {
      const rows = database.selectFrom('turn_usage').select('at').where('at', '>=', at).orderBy('at').limit(1);
      return (owner === undefined ? rows : rows.where('owner', '=', owner)).executeTakeFirst();
    }, CALLER);
    return row?.at;
  }

  async #ofDay(
    day: number,
    { owner, from, before }: Pick<UsageQuery, 'owner' | 'from' | 'before'>,
  ): Promise<readonly UsageOfDay[]> {
    const rows = await this.#database.read((database) => {
      const some = database.selectFrom('turn_usage').where('at', '>=', from).where('at', '<', before);
      return (owner === undefined ? some : some.where('owner', '=', owner))
        .select(['owner', 'model', ...SUMS])
        .select(({ fn }) => fn.countAll<number | string>().as('turns'))
        .groupBy(['owner', 'model'])
        .orderBy('owner')
        .orderBy('model')
        .execute();
    }, CALLER);
    return rows.map((row) => ({
      day,
      owner: row.owner,
      model: row.model,
      ...usedIn(row),
      turns: Number(row.turns),
    }));
  }
}

const SUMS = [
  sql<number | string>`sum(input_tokens)`.as('input'),
  sql<number | string>`sum(output_tokens)`.as('output'),
  sql<number | string>`sum(cached_input_tokens)`.as('cached'),
  sql<number | string>`sum(reasoning_tokens)`.as('reasoning'),
  sql<number | null>`sum(cost_usd)`.as('cost'),
] as const;

interface Summed {
  readonly input: number | string;
  readonly output: number | string;
  readonly cached: number | string;
  readonly reasoning: number | string;
  readonly cost: number | null;
}

function usedIn({ input, output, cached, reasoning, cost }: Summed): UsedTokens {
  return {
    inputTokens: Number(input),
    outputTokens: Number(output),
    cachedInputTokens: Number(cached),
    reasoningTokens: Number(reasoning),
    costUsd: cost ?? undefined,
  };
}

/** What all turns of a task have used, and the model of the last one. */
export interface UsageOfTask extends UsedTokens {
  readonly model: string;
}

/** What these tasks have used; a task of which no turn reported anything is missing. */
export async function usageOfTasks(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UsageOfTask>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('turn_usage')
    .where('task_id', 'in', [...ids])
    .select(['task_id', ...SUMS])
    .groupBy('task_id')
    .execute();
  const models = await database
    .selectFrom('turn_usage')
    .where('task_id', 'in', [...ids])
    .select(['task_id', 'turn', 'model'])
    .execute();
  // Of several turns, the last one counts.
  const inOrder = models.toSorted((one, other) => one.turn - other.turn);
  const modelOf = new Map(inOrder.map(({ task_id, model }) => [task_id, model]));
  return new Map(rows.map((row) => [row.task_id, { ...usedIn(row), model: modelOf.get(row.task_id) ?? '' }]));
}
