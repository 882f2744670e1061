import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One of the templates that come with this package. */
export interface Template {
  /** Such as `langgraph`; the adapter's name. */
  readonly engine: string;
  readonly description: string;
}

const directory = new URL('../dist/templates/', import.meta.url);

/** The directory in which the build puts them. */
export const TEMPLATES_DIRECTORY: string = fileURLToPath(directory);

export function listTemplates(): readonly Template[] {
  return JSON.parse(readFileSync(new URL('index.json', directory), 'utf8')) as Template[];
}
