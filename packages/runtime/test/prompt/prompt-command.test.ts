import { expect, test } from 'vitest';
import type { CliHost } from '../../src/cli/host/cli-host.js';
import { OwnCommand } from '../../src/cli/host/own-command.js';
import { main } from '../../src/cli/main.js';
import { skillFile, workspaceFiles } from './workspace-files.js';

test('molecule prompt prints the system prompt, and its problems separately', async () => {
  await using files = await workspaceFiles({
    'config.yaml':
      'name: Test\nruntime: play\nprompt_files: [one.md]\nsub_workspaces: [{ name: helper, url: "http://127.0.0.1:9" }]\n',
    'one.md': 'You are a test.',
    'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
    'skills/bad/SKILL.md': 'No front matter.',
  });
  const written = { stdout: '', stderr: '' };
  const host = hostOf(files.path, written);
  expect(await main(['prompt'], host)).toBe(0);
  expect(written.stdout).toMatch(/^You are a test\.\n\n## Your Team[^#]*## Your Skills\n\n### sum\n\nAdds numbers/);
  expect(written.stdout).toContain('## Your Team');
  expect(written.stdout).toContain('**helper** (id: helper, see list_peers)');
  expect(written.stderr).toMatch(/the skill bad is left out: /);
  expect(written.stderr).toContain(
    'the adapter cannot be loaded; if its engine reads the skills itself, its prompt does not contain them',
  );
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

test('molecule prompt says that the system prompt is empty', async () => {
  await using files = await workspaceFiles({ 'config.yaml': 'name: Test\nruntime: play\n' });
  const written = { stdout: '', stderr: '' };
  expect(await main(['prompt'], hostOf(files.path, written))).toBe(0);
  expect(written.stdout).toBe('');
  expect(written.stderr).toMatch(/^The system prompt is empty\..*system-prompt\.md/m);
});

function hostOf(workingDirectory: string, written: { stdout: string; stderr: string }): CliHost {
  return {
    environment: {},
    workingDirectory,
    command: new OwnCommand('molecule', []),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    process: {
      nodeVersion: process.versions.node,
      hideFromChildren: () => {},
      onStopSignal: () => () => {},
      onUncaught: () => () => {},
      exit: () => {},
    },
  };
}
