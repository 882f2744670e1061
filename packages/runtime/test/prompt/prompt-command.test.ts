import { expect, test } from 'vitest';
import type { CliHost } from '../../src/cli/cli-host.js';
import { main } from '../../src/cli/main.js';
import { skillFile, workspaceFiles } from './workspace-files.js';

test('molecule prompt prints what the agent would be told, and what is missing beside it', async () => {
  await using files = await workspaceFiles({
    'config.yaml':
      'name: Test\nruntime: play\nprompt_files: [one.md]\nsub_workspaces: [{ name: helper, url: "http://127.0.0.1:9" }]\n',
    'one.md': 'You are a test.',
    'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
    'skills/bad/SKILL.md': 'No front matter.',
  });
  const written = { stdout: '', stderr: '' };
  const host: CliHost = {
    environment: {},
    workingDirectory: files.path,
    nodeVersion: process.versions.node,
    command: 'molecule',
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    onStopSignal: () => () => {},
    onStrayError: () => () => {},
    exit: () => {},
  };
  expect(await main(['prompt'], host)).toBe(0);
  expect(written.stdout).toMatch(/^You are a test\.\n\n## Your Team[^#]*## Your Skills\n\n### sum\n\nAdds numbers/);
  expect(written.stdout).toContain('## Your Team');
  expect(written.stdout).toContain('**helper** (id: helper, see list_peers)');
  expect(written.stderr).toMatch(/the skill bad is left out: /);
  expect(written.stderr).toContain('the skills are printed, though the engine may take them in its own way');
  await files.write('config.yaml', 'name: Test\nruntime: play\nprompt_files: [one.md, gone.md]\n');
  expect(await main(['prompt'], host)).toBe(1);
  expect(written.stderr).toMatch(/config\.yaml:3:24 +prompt_files\[1\]\n.*found no file .*gone\.md/);
  await files.write('config.yaml', 'name: Test\nruntime: play\nprompt_files: [one.md]\n');
  await files.write(
    'adapter.mjs',
    `import { defineAdapter } from '${import.meta.resolve('@molecule/adapters')}';
     export const adapter = defineAdapter({ name: 'play', displayName: 'Play', nativeSkills: true, createEngine() {} });`,
  );
  written.stdout = '';
  expect(await main(['prompt'], { ...host, environment: { ADAPTER_MODULE: './adapter.mjs' } })).toBe(0);
  expect(written.stdout).toMatch(/^You are a test\./);
  expect(written.stdout).not.toContain('Your Skills');
});
