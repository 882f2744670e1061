import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { mustRun, run } from '../run-program.ts';
import { manifestOf, root } from '../workspace.ts';
import { type ContainerEngine, readOnlyRun } from './container-engine.ts';

const START_MS = 120_000;
const ANSWER = 'The container answers.';

/**
 * Starts an image with a root that cannot be written, asks its agent over A2A, and stops it.
 *
 * @throws {Error} if it does not start, answers something else, or does not end by itself
 */
export async function answerInContainer(engine: ContainerEngine, image: string, template: string): Promise<void> {
  await using model = await startScriptedModel();
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const name = `molecule-${template}-${port}`;
  const docker = (...rest: readonly string[]) => mustRun(engine.command[0], [...engine.command.slice(1), ...rest], '/');
  const environment = {
    ...modelEnvironment(template, model),
    MOLECULE_TOKENS: `me:${token}`,
    MOLECULE_HOST: '127.0.0.1',
    MOLECULE_TEMPORAL: 'off',
    PORT: String(port),
  };
  await docker(...readOnlyRun(name, environment), image);
  try {
    const isRunning = async () =>
      (await docker('inspect', '--format', '{{.State.Running}}', name)).stdout.includes('true');
    await ready(`http://127.0.0.1:${port}/readyz`, isRunning);
    const text = `Hello! [[${JSON.stringify({ text: ANSWER })}]]`;
    const cli = join(root, 'packages/runtime/dist/cli.js');
    const { stdout } = await mustRun(
      process.execPath,
      [cli, 'send', `http://127.0.0.1:${port}`, '--token', token, text],
      '/',
    );
    if (!stdout.includes('Hello!') && !stdout.includes(ANSWER)) throw new Error(`${template} answered:\n${stdout}`);
    const user = await docker('exec', name, 'node', '-p', 'process.getuid()');
    if (user.stdout.trim() !== '1000') throw new Error(`${template} runs as the user ${user.stdout.trim()}.`);
    await docker('stop', '--time', '40', name);
    const { stdout: code } = await docker('inspect', '--format', '{{.State.ExitCode}}', name);
    if (!['0', '143'].includes(code.trim())) throw new Error(`${template} ended with ${code.trim()} after SIGTERM.`);
  } catch (error) {
    console.error((await docker('logs', name)).output);
    throw error;
  } finally {
    await run(engine.command[0], [...engine.command.slice(1), 'rm', '--force', '--volumes', name], '/');
  }
}

/** Makes the engine of a template use the scripted model, by the keys that its `package.json` names. */
function modelEnvironment(template: string, model: ScriptedModel): Readonly<Record<string, string>> {
  const keys = Object.values(manifestOf('templates', template).molecule?.keys ?? {}).flat();
  if (keys.includes('OPENAI_API_KEY')) {
    return { MOLECULE_MODEL: 'openai:scripted', OPENAI_API_KEY: 'scripted', OPENAI_BASE_URL: `${model.url}/v1` };
  }
  return keys.includes('ANTHROPIC_API_KEY') ? { ANTHROPIC_API_KEY: 'scripted', ANTHROPIC_BASE_URL: model.url } : {};
}

async function ready(url: string, isRunning: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until && (await isRunning()); await delay(250)) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
  }
  throw new Error(`${url} was not ready within ${START_MS / 1_000} s, or its container has ended.`);
}
