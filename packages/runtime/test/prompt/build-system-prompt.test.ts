import { expect, test } from 'vitest';
import { buildSystemPrompt } from '../../src/prompt/build-system-prompt.js';
import { loadSkills } from '../../src/prompt/skills/load-skills.js';
import { skillFile, workspaceFiles } from './workspace-files.js';

test('a prompt has its sections in the documented order', async () => {
  await using files = await workspaceFiles({
    'one.md': 'File one.',
    'two.md': 'File two.',
    'MEMORY.md': 'Remember the milk.',
    'USER.md': 'The user is called Ada.',
    'rules/a.md': 'Rule a.',
    'guidelines/b.md': 'Guideline b.',
    'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
  });
  const { skills } = await loadSkills(files.path);
  const prompt = await buildSystemPrompt({
    configDir: files.path,
    promptFiles: ['one.md', 'two.md'],
    platformInstructions: 'Be kind.',
    parentContext: [{ path: 'shared.md', content: 'Shared.' }],
    children: 'You lead.',
    skills,
    peers: [{ id: 'peer-1', name: 'Peer' }],
  });
  expect(prompt.text.replaceAll(files.path, '<dir>')).toMatchInlineSnapshot(`
    "## Platform Instructions

    Be kind.

    File one.

    File two.

    Remember the milk.

    The user is called Ada.

    ## Parent Context

    ### shared.md

    Shared.

    ## Rules

    Rule a.

    ## Guidelines

    Guideline b.

    ## Your Team

    You lead.

    ## Your Skills

    ### sum

    Adds numbers (files: <dir>/skills/sum)

    Do it well.

    ## Your Peers

    - **Peer** (id: \`peer-1\`, status: unknown)

    Use the \`delegate_task\` tool to hand a task to one of these peers, by its id. Delegate only to peers listed here.

    ## When a Delegation Fails

    1. Read the error: was the peer offline, too slow, or did it fail at the task?
    2. If another peer can do it, delegate the task to that one.
    3. If none can, do it yourself when you are able to.
    4. Otherwise say plainly what could not be done and why. Never make up a peer's answer."
  `);
  expect(prompt.notes).toEqual([]);
});

test('empty sections are left out', async () => {
  await using files = await workspaceFiles({});
  const nobody = { peers: [], children: '', parentContext: [], platformInstructions: '' };
  const prompt = await buildSystemPrompt({ configDir: files.path, promptFiles: [], ...nobody });
  expect(prompt).toEqual({ text: '', notes: [] });
});

test('system-prompt.md is read if no file is named', async () => {
  await using files = await workspaceFiles({ 'system-prompt.md': 'By default.' });
  expect((await buildSystemPrompt({ configDir: files.path, promptFiles: [] })).text).toBe('By default.');
});

test('a named file that is missing is reported', async () => {
  await using files = await workspaceFiles({ 'here.md': 'Here.' });
  const prompt = await buildSystemPrompt({ configDir: files.path, promptFiles: ['gone.md', 'here.md'] });
  expect(prompt.text).toBe('Here.');
  expect(prompt.notes).toEqual([expect.stringContaining('gone.md could not be read')]);
});

test('only a huge file itself is shortened, the limit holds, and the note names the file', async () => {
  await using files = await workspaceFiles({ 'huge.md': '😀'.repeat(5000), 'small.md': 'Small.' });
  const prompt = await buildSystemPrompt({
    configDir: files.path,
    promptFiles: ['huge.md', 'small.md'],
    peers: [{ id: 'peer-1', name: 'Peer' }],
    limit: 2001,
  });
  expect(prompt.text.length).toBeLessThanOrEqual(2001);
  expect(prompt.text).toContain('Small.');
  expect(prompt.text).toContain('When a Delegation Fails');
  expect(prompt.text).not.toMatch(/\p{Surrogate}/u);
  expect(prompt.notes).toEqual([expect.stringMatching(/huge\.md was shortened from 10000 to \d+ characters/)]);
});
