import { sendMessage } from '../client.ts';
import { timeOfLoad } from '../load.ts';
import type { Finding } from '../report.ts';
import { startServer } from '../server-process.ts';
import { round } from '../statistics.ts';
import { countRoundTrips } from './counting-proxy.ts';
import { type PostgresServer, query } from './server.ts';

const WARM = 50;
const MESSAGES = 500;

/** What one message asks of the database. */
interface Work {
  readonly statements: number;
  readonly roundTrips: number;
}

/** Statements and round trips of a message. Load of the machine does not change these figures when messages come one by one. */
export async function workPerMessage(postgres: PostgresServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const concurrency of [1, 32]) {
    const ours = await counted(postgres, 'molecule', concurrency);
    const theirs = await counted(postgres, 'raw-sdk', concurrency);
    for (const [kind, title] of [
      ['roundTrips', 'round trips'],
      ['statements', 'statements'],
    ] as const) {
      findings.push({
        what: `${title} of a message, ${concurrency} at once`,
        ours: `${round(ours[kind], 1)}`,
        theirs: `${round(theirs[kind], 1)} (raw SDK, PostgreSQL)`,
        ratio: ours[kind] / theirs[kind],
        aim: 'reported only',
        met: true,
      });
    }
  }
  return findings;
}

async function counted(postgres: PostgresServer, name: string, concurrency: number): Promise<Work> {
  const direct = await postgres.createDatabase(`work_${name.replace('-', '_')}_${concurrency}`);
  await using proxy = await countRoundTrips(postgres.port);
  const url = direct.replace(`:${postgres.port}/`, `:${proxy.port}/`);
  const parameters = name === 'raw-sdk' ? ['postgres'] : [];
  await using server = await startServer({ name, parameters, environment: { DATABASE_URL: url } });
  const load = (count: number) => timeOfLoad(count, concurrency, () => sendMessage(server.url, 'hello'));
  await load(WARM);
  const before: Work = { statements: await statements(direct), roundTrips: proxy.roundTrips };
  await load(MESSAGES);
  const after: Work = { statements: await statements(direct), roundTrips: proxy.roundTrips };
  return {
    statements: (after.statements - before.statements) / MESSAGES,
    roundTrips: (after.roundTrips - before.roundTrips) / MESSAGES,
  };
}

async function statements(url: string): Promise<number> {
  const [row] = await query<{ readonly calls: string }>(
    url,
    `select sum(calls) as calls from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())`,
  );
  return Number(row?.calls);
}
