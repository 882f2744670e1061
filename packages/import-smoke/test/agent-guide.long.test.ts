import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { GuideReader } from '../src/guide/guide-reader.ts';
import { readGuide } from '../src/guide/read-guide.ts';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { outsideEnvironment, run } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

// The whole of docs/agent-guide.md as an author follows it: from an empty folder with the packages of a registry to a verified agent.

/** The last section needs a container engine, and a machine on which the agent stays. */
const LAST = '8. Check it as its users run it';

test('the guide leads from an empty folder to a verified agent with only what it says', async () => {
  const sections = readGuide(await readFile(join(root, 'docs/agent-guide.md'), 'utf8'));
  const last = sections.findIndex(({ title }) => title === LAST);
  expect(last).toBeGreaterThan(6);

  await using desk = await makeOutsideDirectory('agent-guide');
  const npmrc = join(desk.path, 'npmrc');
  // The registry of the packages in this test; authors install them from npm.
  await writeFile(npmrc, `@molecule:registry=${inject('registry')}\n`);
  const environment = outsideEnvironment({ NPM_CONFIG_USERCONFIG: npmrc, NPM_CONFIG_YES: 'true' });
  const create = sections[0]?.steps.find((step) => step.kind === 'commands');
  const [line = ''] = create?.kind === 'commands' ? create.lines : [];
  expect(line).toMatch(/^npm create @molecule/);
  await run('sh', ['-c', line], desk.path, environment);

  await using reader = await GuideReader.open(join(desk.path, 'my-agent'), environment);
  for (const section of sections.slice(0, last + 1)) {
    await reader.follow(section, ['npm create', 'cd my-agent'], {
      'npx molecule verify': `--registry ${inject('registry')}`,
    });
  }
});
