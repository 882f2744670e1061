import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { configSchema } from '../src/config.js';
import { PathScope } from '../src/permissions/path-scope.js';
import { PermissionPolicy } from '../src/permissions/policy.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'policy-')));
const work = join(root, 'work');
mkdirSync(join(work, 'inside'), { recursive: true });
mkdirSync(join(root, 'data'));
symlinkSync(join(root, 'data'), join(work, 'link'));
afterAll(() => rmSync(root, { recursive: true }));

function policy(permissions: object = {}, additional: readonly string[] = []): PermissionPolicy {
  return new PermissionPolicy(configSchema.parse({ permissions }).permissions, new PathScope(work, { additional }));
}

const read = (path: string) => ({ name: 'Read', input: { file_path: path } });
const bash = (command: string) => ({ name: 'Bash', input: { command } });
const fetchFrom = (url: string) => ({ name: 'WebFetch', input: { url, prompt: 'read' } });

test('by default only calls that read the working directory run without approval', () => {
  const rules = policy();
  expect(rules.decide(read(join(work, 'inside', 'a.txt')))).toBe('allow');
  expect(rules.decide(read('inside/a.txt'))).toBe('allow');
  expect(rules.decide({ name: 'Glob', input: { pattern: '**/*.ts' } })).toBe('allow');
  expect(rules.decide({ name: 'Grep', input: { pattern: 'x' } })).toBe('allow');
  expect(rules.decide({ name: 'mcp__molecule__delegate', input: {} })).toBe('allow');
  for (const name of ['Bash', 'Write', 'Edit', 'WebFetch', 'WebSearch', 'Agent', 'SomethingNew', 'mcp__other__x']) {
    expect(rules.decide({ name, input: {} }), name).toBe('ask');
  }
});

test.each([
  ['an absolute path', read('/etc/passwd')],
  ['the keys of a process', read('/proc/self/environ')],
  ['a path that climbs out', read('../data/a.txt')],
  ['a link that leads out', read('link/a.txt')],
  ['a new file behind a link', read('link/new/a.txt')],
  ['a folder whose name begins alike', read(`${work}-other/a.txt`)],
  ['a glob below another folder', { name: 'Glob', input: { pattern: '/etc/*' } }],
  ['a glob that climbs out', { name: 'Glob', input: { pattern: 'inside/*/../../../data/*' } }],
  ['a search in another folder', { name: 'Grep', input: { pattern: 'key', path: '/etc' } }],
])('reading outside the working directory needs approval: %s', (_name, call) => {
  expect(policy().decide(call)).toBe('ask');
});

test('the configuration can allow other folders, completely or by a rule', () => {
  expect(policy({}, [join(root, 'data')]).decide(read(join(root, 'data', 'a.txt')))).toBe('allow');
  const rules = policy({ allow: [`Read(${root}/data/*)`] });
  expect(rules.decide(read('link/a.txt'))).toBe('allow');
  expect(rules.decide(read(`${root}/data/../work/a.txt`))).toBe('ask');
});

test('the workspace’s skills may be read, but not changed, without approval', () => {
  const { permissions } = configSchema.parse({ permissions: { allow: ['Read', 'Write'] } });
  const rules = new PermissionPolicy(permissions, new PathScope(work, { readable: [join(root, 'data')] }));
  const file_path = join(root, 'data', 'SKILL.md');
  expect(rules.decide({ name: 'Read', input: { file_path } })).toBe('allow');
  expect(rules.decide({ name: 'Write', input: { file_path } })).toBe('ask');
  const use = { name: 'Skill', input: { skill: 'workspace:sum' } };
  expect(rules.decide(use)).toBe('allow');
  expect(policy({ ask: ['Skill'] }).decide(use)).toBe('ask');
  expect(policy({ deny: ['Skill'] }).decide(use)).toBe('deny');
});

test('deny wins over ask, and ask over allow', () => {
  const rules = policy({ allow: ['Bash'], ask: ['Bash(git push*)'], deny: ['Bash(*rm *)'] });
  expect(rules.decide(bash('ls'))).toBe('allow');
  expect(rules.decide(bash('git push origin'))).toBe('ask');
  expect(rules.decide(bash('rm -rf .'))).toBe('deny');
});

test.each([
  'git log; rm -rf .',
  'git log && id',
  'git log | sh',
  'git log $(id)',
  'git log `id`',
  'git log\nid',
  'git log > x',
])('an allowed command does not allow another command: %s', (command) => {
  expect(policy({ allow: ['Bash(git log*)'] }).decide(bash(command))).toBe('ask');
});

test('a rule with a complete command line allows exactly that line', () => {
  const rules = policy({ allow: ['Bash(npm test | tail -5)'] });
  expect(rules.decide(bash('npm test | tail -5'))).toBe('allow');
  expect(rules.decide(bash('npm test | tail -50'))).toBe('ask');
});

test.each(['git push', 'cd x && git push', 'true; git push origin', '(git push)'])(
  'a restriction applies to each command of a line: %s',
  (command) => {
    expect(policy({ allow: ['Bash'], deny: ['Bash(git push*)'] }).decide(bash(command))).toBe('deny');
  },
);

test('a domain matches the host and its subdomains', () => {
  const rules = policy({ allow: ['WebFetch(domain:example.com)'] });
  expect(rules.decide(fetchFrom('https://docs.example.com/a'))).toBe('allow');
  expect(rules.decide(fetchFrom('https://example.com.evil.test/'))).toBe('ask');
  expect(rules.decide(fetchFrom('https://evil.test/?example.com'))).toBe('ask');
  expect(rules.decide(fetchFrom('not a url'))).toBe('ask');
});

test.each(['Bash(', 'TodoWrite(x)', 'WebFetch(example.com)', 'two words', ''])(
  'refuses an invalid rule: %s',
  (rule) => {
    const { success } = configSchema.safeParse({ permissions: { deny: [rule] } });
    expect(success).toBe(false);
  },
);
