import { expect, test } from 'vitest';
import { ownSecretVariables } from '../../src/settings/environment/own-secrets.js';
import { SETTINGS, type Setting } from '../../src/settings/environment/settings-table.js';
import { freshDatabase } from '../support/postgres/fresh-database.js';
import { settingsOf } from '../support/postgres/postgres-place.js';
import { ECHO, runCli, spawnCli, writeTemplate } from './run-cli.js';

const SECRET = 'never-for-the-engine-0123456789';
const KEYS = {
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  OPENAI_API_KEY: 'key-of-another',
  APP_DATABASE_URL: 'postgres://own',
};

test('neither the engine nor its programs get a secret of the runtime, and both get the keys of providers', async () => {
  await using database = await freshDatabase();
  await using directory = await writeTemplate(
    'sub_workspaces: [{ name: Peer, url: "http://127.0.0.1:9", token_env: PEER_TOKEN }]\n',
  );
  const { password = '' } = settingsOf(database.url);
  const environment = {
    ...ECHO,
    ...KEYS,
    DATABASE_URL: database.url.replace(`:${password}@`, '@'),
    PGPASSWORD: password,
    MOLECULE_TOKENS: `me:${SECRET}`,
    MOLECULE_TOKEN: SECRET,
    MOLECULE_ENCRYPTION_KEY: Buffer.alloc(32, SECRET).toString('base64'),
    TEMPORAL_API_KEY: SECRET,
    TEMPORAL_GRPC_META_AUTHORIZATION: SECRET,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRET}`,
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: `authorization=${SECRET}`,
    PEER_TOKEN: SECRET,
    MOLECULE_WORKSPACE_TOKEN: SECRET,
  };
  const secrets = (Object.values(SETTINGS) as readonly Setting[]).flatMap((setting) =>
    setting.secret ? [setting.name] : [],
  );
  // A secret that is added to the table must be added here.
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(secrets));
  await using cli = spawnCli(['start', directory.path], environment);
  const [, url = ''] = await cli.seen(/url +(http:\S+)[\s\S]* send \S/);
  const { stdout } = await runCli(['send', url, 'environment'], { MOLECULE_TOKEN: SECRET });
  const { given, found, inherited } = JSON.parse(stdout) as {
    readonly given: Readonly<Record<string, string>>;
    readonly found: Readonly<Record<string, string>>;
    readonly inherited: string;
  };
  const lines = Object.fromEntries(inherited.split('\n').map((line) => line.split(/=(.*)/s)));
  for (const seen of [given, found, lines]) {
    expect(seen).toMatchObject(KEYS);
    for (const name of [...secrets, 'PEER_TOKEN']) expect(seen).not.toHaveProperty(name);
    for (const value of [SECRET, password, environment.MOLECULE_ENCRYPTION_KEY]) {
      expect(JSON.stringify(seen)).not.toContain(value);
    }
  }
});

test('a database that is not the one of the task store belongs to the agent', () => {
  const environment = { DATABASE_URL: 'postgres://own', PGPASSWORD: SECRET, MOLECULE_TOKENS: SECRET };
  const names = (taskStore: 'sqlite' | 'postgres') =>
    ownSecretVariables(environment, { taskStore }, { subWorkspaces: [] });
  expect(names('sqlite')).toEqual(['MOLECULE_TOKENS']);
  expect(names('postgres')).toEqual(['DATABASE_URL', 'PGPASSWORD', 'MOLECULE_TOKENS']);
});
