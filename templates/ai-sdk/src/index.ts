export { adapter } from './adapter.js';
export type { Config } from './config.js';
