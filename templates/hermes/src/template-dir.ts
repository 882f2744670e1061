import { fileURLToPath } from 'node:url';

/** The directory of this template. Right from `src/template-dir.ts` and from the bundle `dist/index.js` alike. */
export const TEMPLATE_DIR: string = fileURLToPath(new URL('..', import.meta.url));
