import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cardSkills } from '../../../src/prompt/skills/card-skills.js';
import { loadSkills } from '../../../src/prompt/skills/load-skills.js';
import { parseSkill } from '../../../src/prompt/skills/parse-skill.js';
import { skillFile, workspaceFiles } from '../workspace-files.js';

test('a skill in the open format is read', () => {
  const content = `---\r\nname: sum-up\r\ndescription: Adds.\r\nlicense: MIT\r\nmetadata:\r\n  tags: math, numbers\r\n---\r\n# How\r\n`;
  expect(parseSkill('sum-up', '/skills/sum-up', content)).toEqual({
    id: 'sum-up',
    name: 'sum-up',
    description: 'Adds.',
    instructions: '# How',
    directory: '/skills/sum-up',
    tags: ['math', 'numbers'],
  });
});

test.each([
  ['no front matter', 'Just text.', /must begin with YAML front matter/],
  ['broken YAML', '---\nname: [\n---\n', /./],
  ['a list', '---\n- one\n---\n', /a map with `name`/],
  ['another name', skillFile('other', 'Adds.'), /wanted "sum" like its directory, found "other"/],
  ['a wrong name', skillFile('Sum_Up', 'Adds.'), /name: wanted lower-case/],
  ['no description', '---\nname: sum\n---\n', /description: wanted a text of 1 to 1024/],
  ['a long description', skillFile('sum', 'x'.repeat(1025)), /1 to 1024/],
])('%s is refused, and it is said why', (_what, content, reason) => {
  const problems = parseSkill('sum', '/skills/sum', content);
  expect(Array.isArray(problems) ? problems.join('; ') : problems).toMatch(reason);
});

test('the example of docs/teams.md is a valid skill', () => {
  const page = readFileSync(new URL('../../../../../docs/teams.md', import.meta.url), 'utf8');
  const [, example = ''] = /```text\n(---\nname: weekly-report\n[\s\S]*?)```/.exec(page) ?? [];
  expect(parseSkill('weekly-report', '/skills/weekly-report', example)).toMatchObject({ tags: ['writing', 'reports'] });
});

test('an invalid skill does not affect the others', async () => {
  await using files = await workspaceFiles({
    'skills/good/SKILL.md': skillFile('good', 'Works.'),
    'skills/bad/SKILL.md': 'No front matter.',
    'skills/empty/other.txt': '',
  });
  const { skills, notes } = await loadSkills(files.path);
  expect(skills.map(({ id }) => id)).toEqual(['good']);
  expect(notes).toEqual([expect.stringContaining('bad is left out'), expect.stringContaining('empty is left out')]);
});

test('the card completes omitted fields of config.yaml', () => {
  const loaded = [
    { id: 'a', name: 'a', description: 'From the file', instructions: '', directory: '/a', tags: ['x'] },
    { id: 'b', name: 'b', description: 'B', instructions: '', directory: '/b', tags: [] },
  ];
  const configured = [{ id: 'a', name: 'Alpha', description: '', tags: [], examples: ['Try me'] }];
  expect(cardSkills(configured, loaded)).toEqual([
    { id: 'a', name: 'Alpha', description: 'From the file', tags: ['x'], examples: ['Try me'] },
    { id: 'b', name: 'b', description: 'B', tags: [], examples: [] },
  ]);
});
