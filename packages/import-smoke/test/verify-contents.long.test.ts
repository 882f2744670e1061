import { test } from 'vitest';
import { verifyTemplate } from '../src/verify-template.ts';
import { type Fault, writeTinyTemplate } from './support/write-tiny-template.ts';

// Faults of a packed package are found before anything is installed.

const KEY = ['sk', 'ant', 'api03', 'x'.repeat(40)].join('-');
const PEM = ['-----BEGIN', 'EC PRIVATE KEY-----\nMHc\n'].join(' ');

/** Adds names to `files`. */
const shipped = (...names: readonly string[]): Pick<Fault, 'manifest'> => ({
  manifest: (manifest) => ({ ...manifest, files: [...manifest.files, ...names] }),
});
const adding = (line: string): Pick<Fault, 'adapter'> => ({ adapter: (source) => `${line}\n${source}` });
const CONFIG = 'name: Tiny\ndescription: Says it back.\nruntime: tiny\n';

const FAULTS: readonly (readonly [name: string, check: string, reason: RegExp, fault: Fault])[] = [
  [
    'a task log in the package',
    'contents',
    /\.molecule\/tasks\.db \(the state of an agent\)/,
    { ...shipped('.molecule'), files: { '.molecule/tasks.db': 'x' } },
  ],
  [
    'a package without `files`, which contains everything',
    'contents',
    /state\/team\.db \(a database\)/,
    { manifest: ({ files: _, ...manifest }) => manifest as never, files: { 'state/team.db': 'x' } },
  ],
  [
    'a database under another name',
    'contents',
    /memory\.bin \(a database\)/,
    { ...shipped('memory.bin'), files: { 'memory.bin': 'SQLite format 3\0\u0001' } },
  ],
  [
    'a file of variables',
    'contents',
    /\.env\.production \(a file of variables\)/,
    { ...shipped('.env.production'), files: { '.env.production': 'PORT=8000\n' } },
  ],
  [
    'a token of the platform',
    'contents',
    /platform-token \(a token\)/,
    { ...shipped('state'), files: { 'state/platform-token': 'x' } },
  ],
  [
    'a private key',
    'contents',
    /notes\.txt \(a private key\)/,
    { ...shipped('notes.txt'), files: { 'notes.txt': PEM } },
  ],
  ["a provider's key in the code", 'contents', /adapter\.js \(a key of a model provider\)/, adding(`// ${KEY}`)],
  [
    'a value of the .env file in the code',
    'contents',
    /adapter\.js \(the value of MAIL_PASSWORD of \.env\)/,
    {
      ...adding("const password = 'correct horse battery staple';"),
      files: { '.env': "MAIL_PASSWORD='correct horse battery staple'\n" },
    },
  ],
  [
    'a prompt file that is not packed',
    'contents',
    /it lacks persona\.md, prompts\/tone\.md/,
    {
      files: {
        'config.yaml': `${CONFIG}prompt_files: [persona.md, ./prompts/tone.md]\n`,
        'persona.md': 'Be brief.',
        'prompts/tone.md': 'Be kind.',
      },
    },
  ],
  [
    'a prompt file that was never written',
    'contents',
    /names files that do not exist: persona\.md/,
    { files: { 'config.yaml': `${CONFIG}prompt_files: [persona.md]\n` } },
  ],
  [
    'skills, rules and memories that are not packed',
    'contents',
    /it lacks MEMORY\.md, rules\/style\.md, skills\/weekly\/SKILL\.md, system-prompt\.md/,
    {
      files: {
        'MEMORY.md': 'x',
        'rules/style.md': 'x',
        'skills/weekly/SKILL.md': '---\nname: weekly\ndescription: x\n---\n',
        'system-prompt.md': 'x',
      },
    },
  ],
  [
    'a prompt file that does not get into the image',
    'contents',
    /the image must contain .* it lacks persona\.md \(\.dockerignore\)/,
    {
      ...shipped('*.md', 'Dockerfile'),
      files: {
        'config.yaml': `${CONFIG}prompt_files: [persona.md]\n`,
        'persona.md': 'Be brief.',
        Dockerfile: 'FROM scratch\nCOPY . .\n',
        '.dockerignore': '*.md\n!system-prompt.md\n',
      },
    },
  ],
  [
    'a state directory that gets into the image',
    'contents',
    /the image must hold nothing private; COPY would include \.molecule\/tasks\.db/,
    {
      ...shipped('Dockerfile'),
      files: {
        '.molecule/tasks.db': 'x',
        Dockerfile: 'FROM scratch\nCOPY . .\n',
        '.dockerignore': '.env\nnode_modules\n',
      },
    },
  ],
  [
    'a skill that does not get into the image',
    'contents',
    /it lacks skills\/weekly\/SKILL\.md \(COPY\)/,
    {
      ...shipped('skills', '*.md'),
      files: {
        'skills/weekly/SKILL.md': 'x',
        'system-prompt.md': 'x',
        Dockerfile:
          'FROM scratch\nCOPY --from=build /agent/skills ./skills\nCOPY package.json config.yaml \\\n  *.md ./\n',
      },
    },
  ],
  [
    'a package that is not declared',
    'imports',
    /not in `dependencies`: express \(adapter\.js\)/,
    adding("import 'express';"),
  ],
  [
    'a package that a dependency brings, which npm hoists',
    'imports',
    /not in `dependencies`: zod \(adapter\.js\)/,
    adding("const { z } = await import('zod/v4');"),
  ],
  [
    'a package that is only a development dependency',
    'imports',
    /not in `dependencies`: yaml \(adapter\.js\)/,
    {
      ...adding(
        "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('yaml');",
      ),
      manifest: (manifest) => ({ ...manifest, devDependencies: { yaml: '^2.9.1' } }),
    },
  ],
  [
    'an adapter that reads the environment',
    'imports',
    /found adapter\.js:2/,
    adding('// The key.\nconst key = process.env.OPENAI_API_KEY;'),
  ],
  [
    'an adapter that destructures the environment',
    'imports',
    /found adapter\.js:1/,
    adding('const { env } = globalThis.process;'),
  ],
  [
    'an adapter that imports the environment',
    'imports',
    /found adapter\.js:1/,
    adding("import { env } from 'node:process';"),
  ],
];

test.concurrent.for(FAULTS)('it finds %s', async ([, check, reason, fault], { expect }) => {
  await using template = await writeTinyTemplate(fault);
  const { status, detail } = await verifyTemplate(template.path, ['--package-manager', 'npm']);
  expect(status[check], JSON.stringify(detail, undefined, 2)).toBe('fail');
  expect(status['install']).toBe('skip');
  expect(detail[check]).toMatch(reason);
});

test('it accepts everything that belongs in a package', async ({ expect }) => {
  await using template = await writeTinyTemplate({
    ...shipped('*.md', 'skills', '.env.example', 'test', 'monkey.js', 'Dockerfile'),
    // Comments and texts are not code.
    adapter: (source) => `// import 'express' and process.env.KEY\nconst text = "process.env";\n${source}`,
    files: {
      // There is no registry, and one failed try is enough.
      '.npmrc': 'fetch-retries=0\n',
      '.env.example': 'OPENAI_API_KEY=\n',
      '.env': 'OPENAI_API_KEY=a-key-of-its-author-only\n',
      'test/adapter.test.js': "import 'node:test';\nconst key = process.env.KEY;\n",
      'monkey.js': "export const name = 'monkey';\n",
      'system-prompt.md': 'x',
      'skills/weekly/SKILL.md': 'x',
      Dockerfile: 'FROM scratch\nCOPY . .\n',
      '.dockerignore': '*\n!package.json\n!*.md\n!skills\n**/.env*\n',
    },
  });
  const { status, detail } = await verifyTemplate(template.path, [
    '--package-manager',
    'npm',
    '--registry',
    'http://127.0.0.1:9/',
  ]);
  expect(status, JSON.stringify(detail)).toMatchObject({ contents: 'ok', imports: 'ok', install: 'fail' });
});
