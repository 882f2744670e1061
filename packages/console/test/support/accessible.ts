import { axeViolations } from '@molecule/browser-testing';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

/** Checks what a page shows with axe, in light and dark and on a narrow screen, on which it must not scroll sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    // The colours do not depend on the width.
    for (const colorScheme of size === WIDE ? (['light', 'dark'] as const) : (['light'] as const)) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page), `${colorScheme}, ${size.width} pixels`).toEqual([]);
    }
    const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(beyond, `pixels beyond the right edge at ${size.width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
}
