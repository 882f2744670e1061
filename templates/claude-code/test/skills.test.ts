import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Skill } from '@molecule/adapters';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { requestBodies } from './support/requests.js';
import { answerOf, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

test('the workspace’s skills are Claude Code skills, need no approval, and are current in each turn', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint, skills: [] as readonly Skill[] };
  await using engine = await makeEngine(workspace, options);
  const tools = () =>
    requestBodies(model)
      .at(-1)
      ?.tools?.map(({ name }) => name);
  const said = () => JSON.stringify(requestBodies(model).at(-1)?.messages);
  await run(engine, messageTurn('c', script({ text: 'no skills yet' })));
  expect(tools()).not.toContain('Skill');

  options.skills = [await writeSkill(workspace, 'weekly-report', 'Writes the weekly report.', 'Count the herons.')];
  const use = { tool: 'Skill', input: { skill: 'workspace:weekly-report' } };
  // The directory of the skill's files, as Claude Code names it to the model.
  const folder = join(workspace.stateDir, 'skills-plugin', 'skills', 'weekly-report');
  const read = { tool: 'Read', input: { file_path: join(folder, 'reference.md') } };
  const events = await run(engine, messageTurn('c', script(use, read, { text: 'so: $TOOL' })));
  expect(answerOf(events)).toContain('Herons fish alone.');
  expect(tools()).toContain('Skill');
  expect(said()).toContain('- workspace:weekly-report: Writes the weekly report.');
  expect(said()).toContain(`Base directory for this skill: ${folder}\\n\\nCount the herons.`);

  options.skills = [
    await writeSkill(workspace, 'tide-table', 'Tells the tides.', 'Look at the moon.'),
    await writeSkill(workspace, 'weekly-report', 'Writes the weekly report.', 'Count the magpies.'),
  ];
  await run(engine, messageTurn('c', script(use, { text: 'done' })));
  expect(said()).toContain('- workspace:tide-table: Tells the tides.');
  expect(said()).toContain('Count the magpies.');

  options.skills = options.skills.slice(0, 1);
  const [refused] = only(await run(engine, messageTurn('c', script(use, { text: 'so: $TOOL' }))), 'tool-result');
  expect(refused).toMatchObject({ ok: false });
});

async function writeSkill(
  workspace: TestWorkspace,
  id: string,
  description: string,
  instructions: string,
): Promise<Skill> {
  const directory = join(workspace.configDir, 'skills', id);
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'SKILL.md'),
    `---\nname: ${id}\ndescription: ${description}\n---\n\n${instructions}\n`,
  );
  await writeFile(join(directory, 'reference.md'), 'Herons fish alone.');
  return { id, name: id, description, instructions, directory };
}
