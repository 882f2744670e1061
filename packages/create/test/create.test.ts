import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
// As it is published: the templates lie beside the built code.
import { createProject, listTemplates } from '../dist/index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-create-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('there is a template for each sample of this repository', async () => {
  const samples = await readdir(fileURLToPath(new URL('../../../templates', import.meta.url)));
  expect(listTemplates().map(({ engine }) => engine)).toEqual(samples.sort());
});

test.for(listTemplates())('$engine becomes a project that stands alone', async ({ engine }) => {
  const project = await createProject({ directory: join(directory, 'my-agent'), engine });
  expect(project.name).toBe('my-agent');
  expect(project.files).toEqual(
    expect.arrayContaining([
      '.github/workflows/ci.yml',
      '.gitignore',
      'Dockerfile',
      'README.md',
      'config.yaml',
      'package.json',
      'pnpm-workspace.yaml',
      ...(engine === 'blank'
        ? ['agent.js', 'agent.test.js']
        : ['.env.example', 'src/index.ts', 'system-prompt.md', 'test']),
    ]),
  );
  expect(project.files.filter((file) => /(^|\/)_|node_modules|^dist/.test(file))).toEqual([]);
  const read = (file: string) => readFile(join(project.directory, file), 'utf8');
  const manifest = await read('package.json');
  expect(JSON.parse(manifest)).toMatchObject({ name: 'my-agent', private: true });
  expect(manifest).not.toMatch(/"(workspace|catalog):/);
  expect(await read('config.yaml')).toMatch(/^name: My Agent$/m);
  expect(await read('README.md')).toMatch(/^# My Agent\n/);
  const sources = project.files.filter((file) => /\.(ts|mjs|json|md|yaml|yml)$/.test(file));
  for (const file of sources) expect(await read(file), file).not.toMatch(/@molecule\/template-|\.\.\/\.\.\/packages/);
});

test('a directory that holds something is left alone', async () => {
  await writeFile(join(directory, 'mine.txt'), 'mine');
  await expect(createProject({ directory, engine: 'langgraph', name: 'a' })).rejects.toMatchObject({
    code: 'DIRECTORY_NOT_EMPTY',
    message: expect.stringContaining('mine.txt'),
  });
  expect(await readdir(directory)).toEqual(['mine.txt']);
});

test.for([
  ['an unknown engine', { engine: 'langgraf', name: 'a' }, 'ENGINE_UNKNOWN', 'langgraph'],
  ['a name that is none', { engine: 'langgraph', name: 'My Agent' }, 'NAME_INVALID', 'my-agent'],
] as const)('%s is refused', async ([, options, code, hint]) => {
  await expect(createProject({ directory, ...options })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(hint),
  });
});

test('asks for what is not given', async () => {
  const { run, answer } = await command({ terminal: true });
  const done = run([]);
  await answer('Name', 'asked');
  await answer('Engine', '2');
  expect(await done).toMatchObject({ code: 0 });
  const engine = listTemplates()[1]?.engine ?? '';
  expect(await readFile(join(directory, 'asked', 'config.yaml'), 'utf8')).toContain(`runtime: ${engine}`);
});

test('the AI SDK comes first, in fewer than 200 lines, and then the blank template, in one file of some thirty', async () => {
  expect(
    listTemplates()
      .map(({ engine }) => engine)
      .slice(0, 2),
  ).toEqual(['ai-sdk', 'blank']);
  const first = await createProject({ directory: join(directory, 'first'), engine: 'ai-sdk' });
  const sources = first.files.filter((file) => file.startsWith('src/'));
  const texts = await Promise.all(sources.map((file) => readFile(join(first.directory, file), 'utf8')));
  expect(texts.join('').split('\n').length).toBeLessThan(200);
  const project = await createProject({ directory: join(directory, 'mine'), engine: 'blank' });
  const source = await readFile(join(project.directory, 'agent.js'), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(32);
  const code = project.files.filter((file) => /\.[jt]s$/.test(file));
  expect(code).toEqual(['agent.js', 'agent.test.js']);
});

test('prints the steps that the project has, and no other', async () => {
  const { run } = await command({ terminal: false });
  expect((await run(['any'])).output).toContain('Created an agent in any, with the engine ai-sdk.');
  const blank = await run(['one', '--engine', 'blank']);
  expect(blank.output).toContain('Created an agent in one, with the engine blank.');
  expect(blank.output).not.toMatch(/run (build|setup)/);
  expect((await run(['two', '--engine', 'langgraph'])).output).toContain('npm run build');
  expect((await run(['three', '--engine', 'hermes'])).output).toMatch(/npm run setup[\s\S]*npm run build/);
});

test('asks nothing without a terminal', async () => {
  const { run } = await command({ terminal: false });
  expect(await run(['quiet'])).toMatchObject({ code: 0, output: expect.stringContaining('cd quiet') });
  expect(await run([])).toMatchObject({
    code: 2,
    errors: expect.stringContaining('npm create @molecule@latest my-agent'),
  });
  const help = '. See: npm create @molecule@latest -- --help\n';
  expect(await run(['--frobnicate'])).toMatchObject({ code: 2, errors: `USAGE: Unknown option '--frobnicate'${help}` });
  expect(await run(['one', 'two'])).toMatchObject({ code: 2, errors: `USAGE: Unexpected argument 'two'${help}` });
  expect(await run(['one', '--engine'])).toMatchObject({ code: 2, errors: expect.stringMatching(/--engine.*missing/) });
  expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('--engine') });
});

/** The command with streams of our own, in the test's directory. */
async function command({ terminal }: { readonly terminal: boolean }) {
  const { main } = await import('../src/main.js');
  const input = Object.assign(new PassThrough(), { isTTY: terminal });
  let output = '';
  let errors = '';
  const sink = (keep: (text: string) => void) => new PassThrough().on('data', (data: Buffer) => keep(data.toString()));
  const host = {
    workingDirectory: directory,
    userAgent: '',
    input,
    output: sink((text) => {
      output += text;
    }),
    errors: sink((text) => {
      errors += text;
    }),
  };
  return {
    run: async (argv: readonly string[]) => {
      output = '';
      errors = '';
      return { code: await main(argv, host), output, errors };
    },
    async answer(question: string, text: string) {
      await expect.poll(() => output).toContain(question);
      input.write(`${text}\n`);
    },
  };
}
