import { fileURLToPath } from 'node:url';

/** The directory of this template, relative to `src/template-dir.ts` and equally to the bundle `dist/index.js`. */
export const TEMPLATE_DIR: string = fileURLToPath(new URL('..', import.meta.url));
