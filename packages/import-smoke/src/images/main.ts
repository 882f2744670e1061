// Builds the image of each template from its Dockerfile, as the template's users do, and asks the agent in it.
//   npm run images [-- [--engine docker|podman] [template ...]]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { makeOutsideDirectory } from '../outside-directory.ts';
import { packAndUnpack } from '../pack.ts';
import { publishWorkspace, startRegistry, useRegistry } from '../registry.ts';
import { mustRun } from '../run-program.ts';
import { root, TEMPLATES } from '../workspace.ts';
import { answerInContainer } from './answer-in-container.ts';
import { findContainerEngine } from './container-engine.ts';
import { provideBase } from './debian-base.ts';

const { values, positionals } = parseArgs({ options: { engine: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !TEMPLATES.includes(name));
if (unknown.length > 0) throw new Error(`No template ${unknown.join(', ')}. Templates: ${TEMPLATES.join(', ')}`);

const engine = await findContainerEngine(values.engine);
await using registry = await startRegistry();
await publishWorkspace(root, registry);
for (const template of positionals.length > 0 ? positionals : TEMPLATES) {
  const begun = performance.now();
  const image = `molecule-image-${template}`;
  await using directory = await makeOutsideDirectory('image');
  await packAndUnpack(join(root, 'templates', template), directory.path);
  await useRegistry(directory.path, registry.url);
  await mustRun('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], directory.path);
  const dockerfile = await readFile(join(directory.path, 'Dockerfile'), 'utf8');
  for (const [, base = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) await provideBase(engine, base);
  const [program, ...before] = engine.command;
  await mustRun(program, [...before, 'build', ...engine.build, '--tag', image, '.'], directory.path);
  const built = performance.now();
  await answerInContainer(engine, image, template);
  const seconds = (from: number, to: number) => `${((to - from) / 1_000).toFixed(0)} s`;
  console.log(`${template}: built in ${seconds(begun, built)}, answered in ${seconds(built, performance.now())}`);
}
process.exit(0);
