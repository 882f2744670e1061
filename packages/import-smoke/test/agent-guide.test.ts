import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuideReader } from '../src/guide/guide-reader.ts';
import { type GuideSection, readGuide, replacePart, showsOutput } from '../src/guide/read-guide.ts';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { outsideEnvironment } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';
import { makeGuideFolder } from './support/guide-folder.ts';

// The sections of docs/agent-guide.md that kill the agent in each of its ways, with their files, messages and kills. The whole page, from `npm
// create` to `molecule verify`, is in agent-guide.long.test.ts.

const sections = readGuide(await readFile(join(root, 'docs/agent-guide.md'), 'utf8'));
const INSTALLS = ['npm create', 'cd ', 'npm install'];
/** The README's agent goes through section 3, and section 6 asks as section 5 does. */
const SHOWN = ['2.', '4.', '6.'];
const KILLS = sections.filter(({ title }) => SHOWN.some((number) => title.startsWith(number)));

describe.concurrent('the guide "An agent of your own"', () => {
  test.for(KILLS)('$title', async (section) => {
    await using desk = await makeOutsideDirectory('agent-guide');
    const directory = join(desk.path, 'my-agent');
    await makeGuideFolder(directory);
    await using reader = await GuideReader.open(directory, outsideEnvironment());
    for (const earlier of sections.slice(0, sections.indexOf(section))) await reader.prepare(earlier);
    await reader.follow(section, INSTALLS);
  });
});

test.concurrent("the README's first agent streams, remembers, and is asked again after a kill", async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, agent = ''] = /^## Your own agent$[\s\S]*?^```js\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  expect(agent.split('\n').length).toBeLessThanOrEqual(20);
  const model = sections.find(({ title }) => title.startsWith('3.')) as GuideSection;
  const file = { kind: 'file', name: 'agent.js', text: agent.replace("'my-agent'", "'blank'"), isPart: false } as const;
  await using desk = await makeOutsideDirectory('readme-agent');
  const directory = join(desk.path, 'my-agent');
  await makeGuideFolder(directory);
  await using reader = await GuideReader.open(directory, outsideEnvironment());
  const steps = model.steps.map((step) => (step.kind === 'file' && step.name === 'agent.js' ? file : step));
  await reader.follow({ ...model, steps }, INSTALLS);
});

test('its agent grows as the page says', async () => {
  const agents = sections
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === 'file' && step.name === 'agent.js' && !step.isPart ? step.text : []));
  const lines = agents.map((text) => text.trimEnd().split('\n').length);
  expect(lines).toEqual(lines.toSorted((one, other) => one - other));
  const page = await readFile(join(root, 'docs/agent-guide.md'), 'utf8');
  expect(page).toContain(`grows from ${lines[0]} lines to ${lines.at(-1)} `);
});

test('a part of a file takes the place of its block', () => {
  const file = 'a(1) {\n  x();\n}\nb();\n';
  expect(replacePart(file, 'a(2) {\n  y();\n}\n')).toBe('a(2) {\n  y();\n}\nb();\n');
  expect(replacePart(file, 'b(3);\n')).toBe('a(1) {\n  x();\n}\nb(3);\n');
  expect(replacePart('{\n  a() {\n  }\n}\n', 'a(2) {\n  y();\n}\n')).toBe('{\n  a(2) {\n    y();\n  }\n}\n');
  expect(() => replacePart(file, 'c();\n')).toThrow('0 places');
});

test('an output is what the page shows', () => {
  const id = crypto.randomUUID();
  expect(showsOutput('one ...\ntask <id>\n', `one two\nthree\ntask ${id}\n`)).toBe(true);
  expect(showsOutput('one\n', 'one\ntwo\n')).toBe(false);
});
