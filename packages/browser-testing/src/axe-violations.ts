import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The part of axe's result that a test prints. */
interface Result {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/**
 * What axe finds on a page, one line for each place; none is right. axe comes in by the protocol of the developer tools, so that the page's
 * Content-Security-Policy stays as it is.
 */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Result>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 300)} ${failureSummary}`),
  );
}
