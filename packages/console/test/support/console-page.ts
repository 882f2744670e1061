import { startChromium, watchPage } from '@molecule/browser-testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A tab with the console, and what went wrong in it. */
export interface ConsolePage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: readonly string[];
}

export interface PageOptions {
  /** Below `/console/`, for example `inbox`. Default: the first view. */
  readonly path?: string;
  /** Given in the dialog of the sign-in. Default: none. */
  readonly token?: string;
  readonly dark?: boolean;
  /** 390 pixels wide, as a telephone. Default: 1280. */
  readonly narrow?: boolean;
  /** Messages of the browser that the test provokes, for example because it kills the server. */
  readonly expected?: RegExp;
}

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

/** A Chromium for a file of tests: it starts once, and each page has a context of its own. */
export async function startBrowser(): Promise<Browser> {
  return startChromium();
}

/** Opens the console of an agent in a browser of its own: nothing is left of earlier pages. */
export async function openConsole(browser: Browser, url: string, options: PageOptions = {}): Promise<ConsolePage> {
  const { path = '', token, dark = false, narrow = false, expected } = options;
  const context = await browser.newContext({
    colorScheme: dark ? 'dark' : 'light',
    viewport: narrow ? NARROW : WIDE,
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const { problems } = await watchPage(page, expected);
  await page.goto(`${url}/console/${path}`);
  if (token !== undefined) {
    await page.getByLabel('Access token').fill(token);
    await page.keyboard.press('Enter');
  }
  return { page, context, problems, [Symbol.asyncDispose]: () => context.close() };
}
