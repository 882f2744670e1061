import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SUBJECTS } from '../src/subjects/index.ts';

it('every template with an engine has a subject', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const templates = globSync('templates/*/package.json', { cwd: root }).map((file) => basename(dirname(file)));
  // The template `blank` has no engine: its author's code answers.
  expect(Object.keys(SUBJECTS)).toEqual([...templates.filter((name) => name !== 'blank'), 'ledger'].sort());
});
