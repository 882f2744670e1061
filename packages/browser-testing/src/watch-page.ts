import type { Page } from 'playwright-core';

/** What a page must not do. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, thrown errors, and violations of the Content-Security-Policy so far. */
  readonly problems: readonly string[];
}

/**
 * Notes everything that goes wrong in a page from now on. A request that fails because the server is away is no problem of the page:
 * Chromium reports it as an error of the console, and it is left out if `expected` matches it.
 *
 * @param expected Messages that the test provokes. Default: none.
 */
export async function watchPage(page: Page, expected?: RegExp): Promise<WatchedPage> {
  const problems: string[] = [];
  const note = (problem: string) => {
    if (!expected?.test(problem)) problems.push(problem);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`thrown: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.exposeFunction('noteViolation', (violation: string) => note(`CSP: ${violation}`));
  await page.addInitScript(() => {
    const { document, noteViolation } = globalThis as unknown as {
      readonly document: {
        addEventListener(type: string, listen: (event: Readonly<Record<string, string>>) => void): void;
      };
      readonly noteViolation: (violation: string) => void;
    };
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      noteViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`),
    );
  });
  return { page, problems };
}
