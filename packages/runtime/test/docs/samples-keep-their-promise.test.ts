import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spawnCli } from '../cli/run-cli.js';
import { answerOf, begin, connect, getTask, stateOf } from '../support/a2a-client.js';
import { until } from '../support/until.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const WORDS = 'one two three four five six seven eight';

/** The page's sample, slowed down with a pause before each event. */
const SLOWED = `
import { setTimeout as pause } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';
import { adapter as sample } from './sample.mjs';
export const adapter = defineAdapter({
  ...sample,
  async createEngine(context) {
    const engine = await sample.createEngine(context);
    return {
      ...engine,
      async *runTurn(turn, controls) {
        for await (const event of engine.runTurn(turn, controls)) {
          await pause(150);
          yield event;
        }
      },
    };
  },
});
`;

// The samples must keep the promise that these pages make for every agent. That of the repository's README needs a model: see `agent-guide.test.ts`.
test.each(['docs/adapter-guide.md', 'packages/adapters/README.md'])(
  'the sample of %s, killed in the middle of its answer and started again, gives the whole answer to the same client',
  { timeout: 90_000 },
  async (page) => {
    const sample = sampleOf(await readFile(join(root, page), 'utf8'));
    const directory = await mkdtemp(join(tmpdir(), 'molecule-sample-'));
    try {
      await writeWorkspace(directory, sample);
      const environment = { ADAPTER_MODULE: './slowed.mjs' };
      const first = spawnCli(['start', directory, '--port', '0'], environment);
      const [, url = ''] = await first.seen(/url +(http:\S+)[\s\S]* send \S/);
      const client = await connect(url);
      const { id } = await begin(client, WORDS);
      await until('it is in the middle', async () => answerOf(await getTask(client, id)).includes('two '));
      await first[Symbol.asyncDispose]();
      await using second = spawnCli(['start', directory, '--port', new URL(url).port], environment);
      await second.seen(/url +(http:\S+)[\s\S]* send \S/);
      const ended = await until('it has ended', async () => {
        const task = await getTask(client, id);
        return ['completed', 'failed', 'canceled'].includes(stateOf(task)) ? task : undefined;
      });
      expect(stateOf(ended)).toBe('completed');
      expect(answerOf(ended)).toMatch(new RegExp(`^(You said: )?${WORDS}$`));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
);

test('the guide shows the files of the blank template unchanged', async () => {
  const guide = await readFile(join(root, 'docs/adapter-guide.md'), 'utf8');
  expect(guide).toContain(`\`\`\`js\n${await readFile(join(root, 'templates/blank/agent.js'), 'utf8')}\`\`\`\n`);
});

/** The first code block of the page that defines an adapter. */
function sampleOf(page: string): string {
  const blocks = [...page.matchAll(/^```(?:ts|js)\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const sample = blocks.find((code) => /^export const adapter = define/m.test(code));
  if (sample === undefined) throw new Error('The page has no sample.');
  return sample;
}

async function writeWorkspace(directory: string, sample: string): Promise<void> {
  const [, name = ''] = /^ {2}name: '([^']+)'/m.exec(sample) ?? [];
  await mkdir(join(directory, 'node_modules', '@molecule'), { recursive: true });
  await symlink(join(root, 'packages/adapters'), join(directory, 'node_modules/@molecule/adapters'));
  await writeFile(join(directory, 'sample.mjs'), sample);
  await writeFile(join(directory, 'slowed.mjs'), SLOWED);
  await writeFile(join(directory, 'config.yaml'), `name: Sample\ndescription: A sample.\nruntime: ${name}\n`);
}
