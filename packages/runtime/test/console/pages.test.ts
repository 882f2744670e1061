import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startRuntime } from '../../src/boot/start-runtime.js';
import { installConsole, startConsoleRuntime } from '../support/console-package.js';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';

const { adapter } = playAdapter();
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

it('serves the page at its own path and at every path of it, and says where it is', async () => {
  await using started = await startConsoleRuntime({ adapter });
  const { url, info } = started.runtime;
  expect(info.console).toEqual({ url: `${url}/console/` });
  const moved = await fetch(`${url}/console`, { redirect: 'manual' });
  expect([moved.status, moved.headers.get('location')]).toEqual([307, '/console/']);
  for (const path of ['', 'tasks/some-id', 'tasks/some-id.txt', 'index.html', 'inbox?owner=*']) {
    const page = await fetch(`${url}/console/${path}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toBe(POLICY);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('<base href="/console/"><title>');
  }
});

it('serves its files compressed and for ever, and nothing else', async () => {
  await using started = await startConsoleRuntime({ adapter });
  const { url } = started.runtime;
  const asset = `${url}/console/assets/index-1a2b.js`;
  const file = await fetch(asset, { headers: { 'accept-encoding': 'identity' } });
  const text = await file.text();
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const etag = file.headers.get('etag') ?? '';
  const known = await fetch(asset, { headers: { 'if-none-match': etag } });
  expect([known.status, await known.text()]).toEqual([304, '']);
  const compressed = await fetch(asset, { headers: { 'accept-encoding': 'gzip' } });
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  expect(await compressed.text()).toBe(text);
  expect(Number(compressed.headers.get('content-length'))).toBeLessThan(text.length);
  for (const path of [
    'assets/none.js',
    'assets/..%2f..%2fpackage.json',
    'package.json',
    'assets/%2e%2e/index.html.js',
  ]) {
    expect((await fetch(`${url}/console/${path}`)).status, path).toBe(404);
  }
});

it('needs no token for the page, and one for all that it shows', async () => {
  await using started = await startConsoleRuntime({
    adapter,
    environment: { MOLECULE_TOKENS: 'ann:0123456789abcdef-of-ann' },
  });
  const { url } = started.runtime;
  expect((await fetch(`${url}/console/`)).status).toBe(200);
  for (const path of ['session', 'tasks', 'counts', 'inbox', 'contexts', 'agent', 'changes', 'tasks/a', 'nothing']) {
    const refused = await fetch(`${started.api}/${path}`);
    expect([path, refused.status]).toEqual([path, 401]);
    expect(await refused.json()).toMatchObject({ error: { details: [{ metadata: { code: 'UNAUTHENTICATED' } }] } });
  }
});

it('lets a link on a foreign page open the console, and refuses all else that a foreign page sends', async () => {
  await using started = await startConsoleRuntime({ adapter });
  const { url } = started.runtime;
  // `fetch` sets these headers itself.
  const status = async (path: string, headers: Record<string, string>) => {
    const [response] = (await once(get(`${url}/console/${path}`, { headers, agent: false }), 'response')) as [
      IncomingMessage,
    ];
    response.resume();
    return response.statusCode;
  };
  const foreign = { 'sec-fetch-site': 'cross-site' };
  const navigation = { ...foreign, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(await status('tasks/x', navigation)).toBe(200);
  expect(await status('tasks/x', { ...navigation, 'sec-fetch-dest': 'iframe' })).toBe(403);
  expect(await status('assets/index-1a2b.js', { ...foreign, 'sec-fetch-mode': 'no-cors' })).toBe(403);
  expect(await status('api/tasks', navigation)).toBe(403);
  expect(await status('api/tasks', { origin: 'https://elsewhere.example' })).toBe(403);
  expect(await status('api/tasks', { 'sec-fetch-site': 'same-origin' })).toBe(200);
});

it('is served below the base path, which its links name', async () => {
  await using started = await startConsoleRuntime({ adapter, environment: { MOLECULE_BASE_PATH: '/agents/one' } });
  const { url } = started.runtime;
  const origin = new URL(url).origin;
  const page = await fetch(`${origin}/agents/one/console/tasks/x`);
  expect(await page.text()).toContain('<base href="/agents/one/console/">');
  const moved = await fetch(`${origin}/agents/one/console`, { redirect: 'manual' });
  expect(moved.headers.get('location')).toBe('/agents/one/console/');
  expect((await fetch(`${origin}/agents/one/console/api/session`)).status).toBe(200);
});

it('is off unless it is switched on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-console-'));
  await installConsole(directory);
  await using runtime = await startTestRuntime({ adapter, directory });
  expect(runtime.info.console).toBeUndefined();
  expect((await fetch(`${runtime.url}/console/`)).status).toBe(404);
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

it('refuses to start without its package if it is switched on; in development it says that it is missing', async () => {
  const config = `name: Test\nversion: 1.0.0\nruntime: ${adapter.name}\nconsole: true\n`;
  const failed = startTestRuntime({ adapter, config });
  await expect(failed).rejects.toMatchObject({ code: 'CONSOLE_NOT_INSTALLED' });
  await using off = await startTestRuntime({ adapter, config, environment: { MOLECULE_CONSOLE: 'off' } });
  await using dev = startRuntime({
    configPath: off.directory,
    environment: {
      MOLECULE_TEMPORAL: 'off',
      MOLECULE_TASK_STORE: 'memory',
      MOLECULE_STATE_DIR: `${off.directory}/dev`,
    },
    dev: true,
    port: 0,
    adapter,
  });
  await expect(dev.ready).rejects.toMatchObject({ code: 'CONSOLE_NOT_INSTALLED' });
  await using plain = await startTestRuntime({ adapter });
  await using developed = startRuntime({
    configPath: plain.directory,
    environment: {
      MOLECULE_TEMPORAL: 'off',
      MOLECULE_TASK_STORE: 'memory',
      MOLECULE_STATE_DIR: `${plain.directory}/dev`,
    },
    dev: true,
    port: 0,
    adapter,
  });
  expect((await developed.ready).console).toEqual({ notInstalled: true });
});
