import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import type { CliHost } from '../../src/cli/host/cli-host.js';
import { OwnCommand } from '../../src/cli/host/own-command.js';
import { main } from '../../src/cli/main.js';
import { startRuntime } from '../../src/index.js';
import { skillFile, workspaceFiles } from '../prompt/workspace-files.js';

const TEAM = 'sub_workspaces: [{ name: helper, url: "http://127.0.0.1:9" }]\n';
const DELEGATES = '**helper** (id: helper';
const SKILL = '### sum';

test.each([
  ['an agent without a team', '', {}, [SKILL], [DELEGATES]],
  ['an agent with a team', TEAM, {}, [SKILL, DELEGATES], []],
  ['an agent whose tools cannot delegate', `${TEAM}tools: [send_file]\n`, {}, [SKILL], [DELEGATES]],
  ['an agent without a team that has a tool to delegate', 'tools: [delegate_task]\n', {}, [SKILL], [DELEGATES]],
  ['an engine that reads the skills itself', TEAM, { nativeSkills: true }, [DELEGATES], [SKILL]],
] as const)(
  '%s: start and doctor give the engine the prompt that molecule prompt prints',
  async (_name, config, adapter, wanted, unwanted) => {
    await using files = await workspaceFiles({
      'config.yaml': `name: Test\nruntime: play\nprompt_files: [one.md]\n${config}`,
      'one.md': 'You are a test.',
      'MEMORY.md': 'Remember this.',
      'rules/one.md': 'Obey this.',
      'guidelines/one.md': 'Prefer this.',
      'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers'),
      'adapter.mjs': adapterSource(adapter),
    });
    const environment = {
      ADAPTER_MODULE: './adapter.mjs',
      MOLECULE_TEMPORAL: 'off',
      PORT: '0',
      PROMPT_FILE: join(files.path, 'seen.txt'),
    };
    const seen = () => readFile(environment.PROMPT_FILE, 'utf8');

    const printed = await run('prompt', files.path, environment);
    for (const text of ['You are a test.', 'Remember this.', 'Obey this.', 'Prefer this.', ...wanted]) {
      expect(printed).toContain(text);
    }
    for (const text of unwanted) expect(printed).not.toContain(text);

    await run('doctor', files.path, environment);
    expect(`${await seen()}\n`).toBe(printed);

    await files.write('seen.txt', '');
    await using runtime = startRuntime({ configPath: files.path, environment, logger: silentLogger });
    await runtime.ready;
    expect(`${await seen()}\n`).toBe(printed);
  },
);

/** An adapter whose engine writes its system prompt to a file. */
function adapterSource(more: object): string {
  return `
    import { writeFileSync } from 'node:fs';
    import { defineAdapter } from '${import.meta.resolve('@molecule/adapters')}';
    export const adapter = defineAdapter({
      name: 'play',
      displayName: 'Play',
      ...${JSON.stringify(more)},
      createEngine({ systemPrompt, environment }) {
        writeFileSync(environment.PROMPT_FILE, systemPrompt);
        return { async *runTurn() {} };
      },
    });`;
}

/** Standard output of a command that succeeds. */
async function run(verb: string, directory: string, environment: Readonly<Record<string, string>>): Promise<string> {
  let stdout = '';
  let stderr = '';
  const host: CliHost = {
    environment,
    workingDirectory: directory,
    command: new OwnCommand('molecule', []),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    process: {
      nodeVersion: process.versions.node,
      hideFromChildren: () => {},
      onStopSignal: () => () => {},
      onUncaught: () => () => {},
      exit: () => {},
    },
  };
  const code = await main([verb], host);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return stdout;
}
