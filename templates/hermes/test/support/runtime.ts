import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '@molecule/runtime';
import { adapter } from '../../src/index.js';
import { CACHE_HOME, type TestWorkspace } from './workspace.js';

/** What came of a message. */
export interface Sent {
  readonly taskId: string;
  readonly state: string;
  /** The answer, or the question. */
  readonly text: string;
  /** Names and contents of the files that came with the answer. */
  readonly files: Readonly<Record<string, string>>;
}

/** The template behind a real runtime. */
export interface TestRuntime extends AsyncDisposable {
  /** Sends a message and waits for the end of its turn. */
  send(text: string, contextId: string, taskId?: string): Promise<Sent>;
}

interface Part {
  readonly kind: string;
  readonly text?: string;
  readonly file?: { readonly name: string; readonly bytes: string };
}

interface Task {
  readonly id: string;
  readonly status: { readonly state: string; readonly message?: { readonly parts: readonly Part[] } };
  readonly artifacts?: readonly { readonly parts: readonly Part[] }[];
}

/** Starts it on the workspace; `config` is YAML beside the name and the adapter's. */
export async function startTestRuntime(
  workspace: TestWorkspace,
  environment: Readonly<Record<string, string | undefined>>,
  config: string,
): Promise<TestRuntime> {
  const { root: configDir, stateDir, workDir } = workspace;
  await writeFile(join(configDir, 'config.yaml'), `name: Test\nruntime: hermes\n${config}\n`);
  const runtime = startRuntime({
    configPath: configDir,
    environment: {
      PATH: process.env['PATH'],
      XDG_CACHE_HOME: CACHE_HOME,
      MOLECULE_TEMPORAL: 'off',
      MOLECULE_STATE_DIR: stateDir,
      MOLECULE_WORK_DIR: workDir,
      ...environment,
    },
    port: 0,
    adapter,
    logger: silentLogger,
  });
  const { url } = await runtime.ready;
  return {
    send: (text, contextId, taskId) => send(url, text, contextId, taskId),
    [Symbol.asyncDispose]: () => runtime.shutdown({ graceMs: 0 }),
  };
}

async function send(url: string, text: string, contextId: string, taskId?: string): Promise<Sent> {
  const message = {
    kind: 'message',
    role: 'user',
    messageId: crypto.randomUUID(),
    contextId,
    ...(taskId === undefined ? {} : { taskId }),
    parts: [{ kind: 'text', text }],
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'message/send', params: { message } }),
  });
  const reply = (await response.json()) as { readonly result?: Task; readonly error?: unknown };
  if (reply.result === undefined) throw new Error(`the message was refused: ${JSON.stringify(reply.error)}`);
  const { id, status, artifacts = [] } = reply.result;
  const answer = artifacts.flatMap(({ parts }) => parts);
  const words = status.state === 'completed' ? answer : (status.message?.parts ?? []);
  return {
    taskId: id,
    state: status.state,
    text: words.map((part) => part.text ?? '').join(''),
    files: Object.fromEntries(
      answer.flatMap(({ file }) => (file ? [[file.name, Buffer.from(file.bytes, 'base64').toString()]] : [])),
    ),
  };
}
