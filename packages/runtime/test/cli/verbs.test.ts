import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verb-list.js';
import { runCli, spawnCli } from './run-cli.js';

test('every file in verbs/ exports one verb under its own name, and the list has them all', async () => {
  const directory = new URL('../../src/cli/verbs/', import.meta.url);
  const files = await readdir(directory);
  const exported = await Promise.all(
    files.map(async (file) => {
      const name = file.replace(/\.ts$/, '');
      const module: Record<string, unknown> = await import(new URL(file, directory).href);
      return [name, module[name]];
    }),
  );
  expect(Object.fromEntries(exported)).toEqual(Object.fromEntries(VERBS.map((verb) => [verb.name, verb])));
});

test('the help has one line for each verb', async () => {
  const { stdout } = await runCli(['--help']);
  const [, commands = ''] = /\nCommands:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
  const shown = commands.split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(shown).toEqual(VERBS.map(({ name, operands, summary }) => [`${name} ${operands}`.trimEnd(), summary]));
});

test.each(VERBS)('$name --help shows its usage and every option', async ({ name, operands, summary, options }) => {
  const { code, stdout } = await runCli([name, '--help']);
  expect(code).toBe(0);
  expect(stdout.startsWith(`${summary}.\n\nUsage:\n  molecule ${name}${operands && ` ${operands}`}\n`)).toBe(true);
  const shown = [...stdout.matchAll(/^ {2}(?:-\w, )?--(\S+)/gm)].map(([, option]) => option);
  expect(shown).toEqual([...Object.keys(options), 'help']);
});

test.each([['--help'], ['start --help'], ['version'], ['send'], ['start --port x']])(
  '%s loads the code of no verb',
  async (line) => {
    const hook = new URL('./record-packages.mjs', import.meta.url).href;
    await using cli = spawnCli(line.split(' '), { NODE_OPTIONS: `--import ${hook}` });
    const { stderr } = await cli.result;
    const loaded = new Set([...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, name = '']) => name));
    expect([...loaded].sort()).toEqual(['@molecule/adapters']);
  },
);
