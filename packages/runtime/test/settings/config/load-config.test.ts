import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigProblem } from '../../../src/settings/config/config-error.js';
import { loadConfig } from '../../../src/settings/config/load-config.js';
import { writeConfig, writeDirectory } from './write-config.js';

async function failureOf(content: string): Promise<ConfigError> {
  await using directory = await writeConfig(content);
  const error = await loadConfig({ configPath: directory.path }).catch((error: unknown) => error);
  if (!ConfigError.is(error)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error;
}

async function problemsOf(content: string): Promise<readonly ConfigProblem[]> {
  return (await failureOf(content)).problems;
}

const VALID = 'name: Echo\nruntime: echo\n';

describe('a valid file', () => {
  test('gets every default', async () => {
    await using directory = await writeConfig(VALID);
    const { locate, ...config } = await loadConfig({ configPath: directory.path });
    expect(config).toEqual({
      configPath: join(directory.path, 'config.yaml'),
      configDir: directory.path,
      name: 'Echo',
      description: '',
      version: '1.0.0',
      runtime: 'echo',
      model: '',
      runtimeConfig: {},
      promptFiles: [],
      skills: [],
      tools: [],
      a2a: { port: undefined, streaming: true, pushNotifications: true, extensions: [] },
      delegation: { retryAttempts: 3, retryDelay: 5, timeout: 120 },
      workDirMode: 'owner',
      retention: { events: '10m' },
      initialPrompt: undefined,
      idlePrompt: undefined,
      idleIntervalSeconds: 600,
      subWorkspaces: [],
      sharedContext: [],
      ofPlatform: {},
    });
    expect(locate?.(['runtime'])).toEqual({ line: 2, column: 10 });
  });

  test('is refused with the line of a prompt file that does not exist', async () => {
    await using directory = await writeDirectory({
      'config.yaml': `${VALID}\nprompt_files:\n  - there.md\n  - gone.md\n`,
      'there.md': 'Be brief.',
    });
    await expect(loadConfig({ configPath: directory.path })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      problems: [
        {
          code: 'prompt-file-missing',
          path: 'prompt_files[1]',
          line: expect.any(Number),
          found: `no file ${join(directory.path, 'gone.md')}`,
        },
      ],
    });
  });

  test('may be given by its own path, and its values get camelCase names', async () => {
    await using directory = await writeDirectory({
      'agent.yaml': `${VALID}
model: openai:gpt-4.1
prompt_files: [a.md, b.md]
skills:
  - summarize
  - { id: plan, name: Planning, description: Makes plans, tags: [work], examples: [Plan my week] }
a2a: { port: 0, streaming: false, push_notifications: false }
delegation: { retry_attempts: 1, retry_delay: 0.5, timeout: 9 }
idle_interval_seconds: 30
runtime_config: { temperature: 0.5, api_key: null }
sub_workspaces: [{ name: helper }]
shared_context: [guide.md]
`,
      'a.md': 'Be brief.',
      'b.md': 'Be kind.',
    });
    const config = await loadConfig({ configPath: join(directory.path, 'agent.yaml') });
    expect(config).toMatchObject({
      model: 'openai:gpt-4.1',
      promptFiles: ['a.md', 'b.md'],
      skills: [
        { id: 'summarize', name: 'summarize', description: '', tags: [], examples: [] },
        { id: 'plan', name: 'Planning', description: 'Makes plans', tags: ['work'], examples: ['Plan my week'] },
      ],
      a2a: { port: 0, streaming: false, pushNotifications: false },
      delegation: { retryAttempts: 1, retryDelay: 0.5, timeout: 9 },
      idleIntervalSeconds: 30,
      runtimeConfig: { temperature: 0.5, api_key: null },
      subWorkspaces: [{ name: 'helper' }],
      sharedContext: ['guide.md'],
    });
  });

  test('may have keys without a value', async () => {
    await using directory = await writeConfig(`${VALID}skills:\na2a:\n  port:\ndescription:\n`);
    const config = await loadConfig({ configPath: directory.path });
    expect([config.skills, config.a2a.port, config.description]).toEqual([[], undefined, '']);
  });
});

describe('a missing file', () => {
  test('is reported with the path that was searched and how to create it', async () => {
    await using directory = await writeDirectory({});
    const error = (await loadConfig({ configPath: directory.path }).catch((error: unknown) => error)) as ConfigError;
    expect(error.code).toBe('CONFIG_NOT_FOUND');
    expect(error.message).toContain(join(directory.path, 'config.yaml'));
    expect(error.message).toContain('name: My Agent');
  });

  test('is reported as a config.yml if there is one', async () => {
    await using directory = await writeDirectory({ 'config.yml': VALID });
    await expect(loadConfig({ configPath: directory.path })).rejects.toThrow('rename config.yml to config.yaml');
  });

  test('is reported if its directory does not exist', async () => {
    await using directory = await writeDirectory({ file: '' });
    const nowhere = join(directory.path, 'file', 'deeper');
    await expect(loadConfig({ configPath: nowhere })).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
});

describe('an invalid file', () => {
  test('is reported with all its problems, each with its line, in the order of the file', async () => {
    const error = await failureOf(`name: Echo
runtimes: echo
version: 1.0
port: 80
a2a:
  port: 99999
  streamin: true
skills:
  - { id: 5, tagz: [a] }
prompt_files: prompt.md
`);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.problems.map(({ line, column, path, code }) => [line, column, path, code])).toEqual([
      [1, 1, 'runtime', 'missing'],
      [2, 1, 'runtimes', 'unknown-key'],
      [3, 10, 'version', 'invalid-value'],
      [4, 1, 'port', 'unknown-key'],
      [6, 9, 'a2a.port', 'invalid-value'],
      [7, 3, 'a2a.streamin', 'unknown-key'],
      [9, 11, 'skills[0].id', 'invalid-value'],
      [9, 14, 'skills[0].tagz', 'unknown-key'],
      [10, 15, 'prompt_files', 'invalid-value'],
    ]);
    for (const { file, line, wanted, found, remedy } of error.problems) {
      expect(error.message).toContain(`${file}:${line}`);
      expect(error.message).toContain(`wanted ${wanted}; found ${found}`);
      expect(error.message).toContain(remedy);
    }
  });

  test.each([
    ['runtimes: x', 'did you mean `runtime`'],
    ['promptFiles: [a]', 'did you mean `prompt_files`'],
    ['port: 80', 'did you mean `a2a.port`'],
    ['zzz: 1', 'the known keys here are name, description'],
    ['a2a: { push_notification: true }', 'did you mean `push_notifications`'],
  ])('%s: %s', async (line, remedy) => {
    expect((await problemsOf(`${VALID}${line}\n`))[0]?.remedy).toContain(remedy);
  });

  test.each([
    ['a2a: { port: 65536 }', 'a whole number from 0 to 65535', 'the number 65536'],
    ['a2a: { port: -1 }', 'a whole number from 0 to 65535', 'the number -1'],
    ['a2a: { port: 80.5 }', 'a whole number from 0 to 65535', 'the number 80.5'],
    ['a2a: { port: "80" }', 'a whole number from 0 to 65535', 'the text "80"'],
    ['a2a: [1]', 'a map with `port`, `streaming`, `push_notifications`', 'a list'],
    ['a2a: { streaming: yes }', 'true or false', 'the text "yes"'],
    ['delegation: { timeout: 0 }', 'seconds, more than 0', 'the number 0'],
    ['retention: { tasks: 30 }', 'an age with a unit (s, m, h, d or w), such as 30d, or off', 'the number 30'],
    ['retention: { files: 0d }', 'an age with a unit', 'the text "0d"'],
    ['retention: 30d', 'a map with `tasks`, `conversations`, `files` and `events`', 'the text "30d"'],
    ['skills: [[x]]', 'a name, or a map', 'a list'],
    ['skills: [a, a]', 'a unique id', 'the text "a"'],
    ['tools: [1]', 'one of list_peers, ', 'the number 1'],
    ['runtime_config: 3', 'a map of settings for the adapter', 'the number 3'],
    ['initial_prompt: ""', 'a text that is not empty', 'an empty text'],
  ])('%s: wanted %s, found %s', async (line, wanted, found) => {
    const [problem, ...others] = await problemsOf(`${VALID}${line}\n`);
    expect(others).toEqual([]);
    expect(problem?.wanted).toContain(wanted);
    expect(problem?.found).toContain(found);
    expect(problem?.line).toBe(3);
  });

  test('gets the remedy to quote a number where a text is wanted, exactly as it is written', async () => {
    expect((await problemsOf(`${VALID}version: 1.0\n`))[0]?.remedy).toBe('put it in quotes: version: "1.0"');
  });

  test('with a number where an age is wanted gets an age as the remedy', async () => {
    expect((await problemsOf(`${VALID}retention: { tasks: 30 }\n`))[0]?.remedy).toBe('write for example tasks: 30d');
  });

  test('with a duplicate key is reported with the line of the key and with its other problems', async () => {
    const problems = await problemsOf(`${VALID}name: Again\nmodell: x\n`);
    expect(problems.map(({ line, path, code }) => [line, path, code])).toEqual([
      [3, 'name', 'duplicate-key'],
      [4, 'modell', 'unknown-key'],
    ]);
  });

  test('with a reference to a variable is refused, except in the keys of the adapter', async () => {
    const problems = await problemsOf(`${VALID}runtime_config: { home: $HOME }\nmodel: \${MODEL}\n`);
    expect(problems).toMatchObject([{ path: 'model', line: 4, code: 'unsupported' }]);
  });

  test.each([
    ['', 'empty', 'an empty file'],
    ['# nothing\n', 'empty', 'an empty file'],
    ['- a\n', 'invalid-value', 'a list'],
    ['just words\n', 'invalid-value', 'the text "just words"'],
    ['name: x\n\truntime: y\n', 'syntax', 'a tab'],
    ['name: "x\nruntime: y\n', 'syntax', 'a mistake'],
    ['name: [x\n', 'syntax', 'a mistake'],
    ['name: x\n---\nname: y\n', 'syntax', 'a second document after ---'],
    ['name: !secret x\nruntime: y\n', 'syntax', 'a tag'],
    ['name: *nothing\nruntime: y\n', 'syntax', 'alias'],
  ])('%j: %s', async (content, code, found) => {
    const [problem] = await problemsOf(content);
    expect(problem?.code).toBe(code);
    expect(problem?.found).toContain(found);
    expect(problem?.line).toBeGreaterThan(0);
  });

  test('is reported without values whose keys suggest a secret', async () => {
    const error = await failureOf(`${VALID}api_key: sk-very-secret\n`);
    expect(error.message).not.toContain('sk-very-secret');
    expect(error.message).toContain('api_key');
  });

  test('cannot exhaust the memory with aliases', async () => {
    const levels = Array.from({ length: 12 }, (_, index) =>
      index === 0
        ? 'l0: &l0 [x, x, x, x, x, x, x, x, x]'
        : `l${index}: &l${index} [${Array(9)
            .fill(`*l${index - 1}`)
            .join(', ')}]`,
    );
    const [problem] = await problemsOf(`${VALID}${levels.join('\n')}\n`);
    expect(problem?.code).toBe('syntax');
  });
});
