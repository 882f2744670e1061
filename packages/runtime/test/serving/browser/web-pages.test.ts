import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChromium } from '@molecule/browser-testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';

/** A name that its owner can make resolve to this machine: DNS rebinding. */
const REBOUND = 'rebound.example';
const OTHER = 'other.example';
/** Long enough to install a browser first. */
const INSTALL_MS = 8 * 60_000;

let browser: Browser;
let pages: Server;
let pagesPort: number;
let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  browser = await startChromium([REBOUND, OTHER]);
  pages = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title>');
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  pagesPort = (pages.address() as AddressInfo).port;
  played = playAdapter();
  runtime = await startTestRuntime({ adapter: played.adapter });
}, INSTALL_MS);
afterAll(async () => {
  await browser?.close();
  pages?.close();
  await runtime?.[Symbol.asyncDispose]();
});

/** The part of `RequestInit` that the pages here use; the browser's own type is not Node's. */
interface Init {
  readonly method?: string;
  readonly mode?: 'no-cors';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Seen {
  /** `undefined` if the browser did not let the page read it. */
  readonly status?: number;
  readonly text?: string;
}

/** What a page can read of the answer to a request. With `no-cors` it can read nothing, although the request is sent. */
function ask(page: Page, url: string, init: Init = {}): Promise<Seen> {
  return page.evaluate(
    async ([address, options]) => {
      try {
        const response = await fetch(address, { ...options });
        return response.type === 'opaque' ? {} : { status: response.status, text: await response.text() };
      } catch {
        // The browser does not let the page read the answer.
        return {};
      }
    },
    [url, init] as const,
  );
}

const MESSAGE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'SendMessage',
  params: { message: { messageId: 'from-a-page', role: 'ROLE_USER', parts: [{ text: 'from a page' }] } },
};
const SEND = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
  body: JSON.stringify(MESSAGE),
};

async function runningTask(): Promise<{ readonly id: string; readonly state: () => Promise<string> }> {
  const client = await connect(runtime.url);
  const { id } = await begin(client, play({ gate: 'never' }));
  return { id, state: async () => stateOf(await getTask(client, id)) };
}

describe('a page whose name was rebound to this machine', () => {
  it('reads nothing and changes nothing, although the browser treats the agent as its own origin', async () => {
    const task = await runningTask();
    await expect.poll(() => played.turns.length).toBe(1);
    const origin = `http://${REBOUND}:${new URL(runtime.url).port}`;
    const page = await browser.newPage();
    // The name resolves to the agent. Whatever the agent answers, the page now has this origin.
    await page.goto(`${origin}/`);
    const requests: readonly (readonly [path: string, init?: Init])[] = [
      ['/.well-known/agent-card.json'],
      ['/tasks'],
      [`/tasks/${task.id}`],
      [`/tasks/${task.id}:subscribe`],
      ['/v1/tasks'],
      ['/transcript'],
      ['/', SEND],
      ['/a2a', SEND],
      ['/message:send', { ...SEND, body: JSON.stringify(MESSAGE.params) }],
      [`/tasks/${task.id}:cancel`, { method: 'POST' }],
      [`/v1/tasks/${task.id}:cancel`, { method: 'POST' }],
    ];
    for (const [path, init] of requests) {
      const { status, text } = await ask(page, `${origin}${path}`, init);
      expect([path, status]).toEqual([path, 403]);
      expect(text, path).toContain('HOST_NOT_ALLOWED');
      expect(text, path).toContain(`MOLECULE_ALLOWED_HOSTS=${REBOUND}`);
      expect(text, path).not.toContain(task.id);
    }
    const ready = await ask(page, `${origin}/readyz`);
    expect(ready).toEqual({ status: 200, text: '{"status":"ready"}' });
    expect(await task.state()).toBe('working');
    expect(played.turns).toHaveLength(1);
    await page.close();
  });
});

describe('a page of another origin', () => {
  it.each([
    ['of another name', () => `http://${OTHER}:${pagesPort}`],
    ['on another port of this machine', () => `http://127.0.0.1:${pagesPort}`],
    ['on localhost', () => `http://localhost:${pagesPort}`],
  ])('%s can neither cancel nor send, not even by requests without a preflight', async (_name, origin) => {
    const before = played.turns.length + 1;
    const task = await runningTask();
    await expect.poll(() => played.turns).toHaveLength(before);
    const page = await browser.newPage();
    await page.goto(origin());
    const answers: { url: string; status: number }[] = [];
    page.on('response', (response) => answers.push({ url: response.url(), status: response.status() }));
    const simple: readonly (readonly [path: string, init: Init])[] = [
      [`/tasks/${task.id}:cancel`, { method: 'POST', mode: 'no-cors' }],
      [`/v1/tasks/${task.id}:cancel`, { method: 'POST', mode: 'no-cors' }],
      [`/tasks/${task.id}:cancel?A2A-Version=1.0`, { method: 'POST', mode: 'no-cors', body: '' }],
      [
        '/?A2A-Version=1.0',
        { method: 'POST', mode: 'no-cors', body: SEND.body, headers: { 'content-type': 'text/plain' } },
      ],
      ['/tasks', { mode: 'no-cors' }],
      [`/tasks/${task.id}:subscribe`, { mode: 'no-cors' }],
      ['/', SEND],
      ['/tasks', {}],
    ];
    for (const [path, init] of simple) {
      expect(await ask(page, `${runtime.url}${path}`, init), path).toEqual({});
    }
    // A form needs neither a script nor a permission of the server.
    await page.setContent(
      `<form method="post" action="${runtime.url}/tasks/${task.id}:cancel"><button>Go</button></form>`,
    );
    await Promise.all([page.waitForURL(/:cancel$/), page.click('button')]);
    expect(await page.content()).toContain('ORIGIN_NOT_ALLOWED');
    expect(answers.filter(({ url, status }) => url.startsWith(runtime.url) && status !== 403)).toEqual([]);
    expect(await task.state()).toBe('working');
    expect(played.turns).toHaveLength(before);
    await page.close();
  });

  it('may call when the operator has named its origin', async () => {
    const origin = `http://${OTHER}:${pagesPort}`;
    const environment = { MOLECULE_CORS_ORIGINS: origin };
    await using open = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const page = await browser.newPage();
    await page.goto(origin);
    const { status, text } = await ask(page, open.url, SEND);
    expect([status, text]).toEqual([200, expect.stringContaining('echo: from a page')]);
    expect(await ask(page, `${open.url}/tasks`)).toMatchObject({ status: 200 });
    await page.close();
  });
});

it('a page of the agent itself, and an address that a person opens, are served', async () => {
  const page = await browser.newPage();
  const card = await page.goto(`${runtime.url}/.well-known/agent-card.json`);
  expect(card?.status()).toBe(200);
  expect(await ask(page, `${runtime.url}/tasks?A2A-Version=1.0`)).toMatchObject({ status: 200 });
  await page.close();
});
