export { axeViolations } from './axe-violations.ts';
export { startChromium } from './start-chromium.ts';
export { watchPage } from './watch-page.ts';
