import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import type { AgentSpec } from './agent.ts';

/** An engine under fire: how its agent is started, what to ask it, and what it must answer. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  /** The workspace, in a directory of its own. */
  readonly spec: AgentSpec;
  /** A turn that streams for some two seconds. */
  readonly long: Prompt;
  /** A turn that asks, and what its answer turn answers. */
  readonly asking: Prompt;
  /** A turn that has its answer ready a moment before it tells so; only the ledger engine can say when that is. */
  readonly lingering?: Prompt;
  /** The ledger's file, for the engine that keeps one. */
  readonly ledger?: string;
}

export interface Prompt {
  readonly text: string;
  readonly answer: string;
}

const count = (chunks: number) => Array.from({ length: chunks }, (_, index) => `${index} `).join('');

/** The engine that keeps a ledger. */
export async function ledgerSubject(temporal: string): Promise<Subject> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-ledger-'));
  await writeFile(join(directory, 'config.yaml'), 'name: Ledger\nruntime: ledger\n');
  const ledger = join(directory, 'ledger.jsonl');
  return {
    name: 'ledger',
    spec: {
      directory,
      environment: {
        ADAPTER_MODULE: fileURLToPath(new URL('../adapters/ledger.mjs', import.meta.url)),
        CHAOS_LEDGER: ledger,
        TEMPORAL_HOST: temporal,
        WORKSPACE_ID: `ledger-${crypto.randomUUID().slice(0, 8)}`,
      },
    },
    ledger,
    long: { text: JSON.stringify({ chunks: 40, everyMs: 50 }), answer: count(40) },
    asking: { text: JSON.stringify({ ask: true }), answer: count(10) },
    lingering: { text: JSON.stringify({ chunks: 5, everyMs: 20, lingerMs: 400 }), answer: count(5) },
    async [Symbol.asyncDispose]() {},
  };
}

/** The LangGraph template with its real engine; only the model is scripted. */
export async function langgraphSubject(temporal: string): Promise<Subject> {
  const model: ScriptedModel = await startScriptedModel();
  const state = await mkdtemp(join(tmpdir(), 'molecule-chaos-langgraph-'));
  const work = join(state, 'work');
  await mkdir(work);
  const directory = dirname(createRequire(import.meta.url).resolve('@molecule/template-langgraph/package.json'));
  const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
  const script = (steps: readonly unknown[]) => `[[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
  return {
    name: 'langgraph',
    spec: {
      directory,
      environment: {
        MOLECULE_STATE_DIR: state,
        MOLECULE_WORK_DIR: work,
        MOLECULE_MODEL: 'openai:scripted',
        OPENAI_API_KEY: 'scripted',
        OPENAI_BASE_URL: `${model.url}/v1`,
        TEMPORAL_HOST: temporal,
        WORKSPACE_ID: `langgraph-${crypto.randomUUID().slice(0, 8)}`,
      },
    },
    long: {
      text: script([
        { tool: 'calculate', input: { expression: '6 * 7' } },
        { text: words, chunkMs: 50 },
      ]),
      answer: words,
    },
    asking: {
      text: script([{ tool: 'ask_person', input: { question: 'Shall I?' } }, { text: 'The person said: $TOOL' }]),
      answer: 'go on',
    },
    async [Symbol.asyncDispose]() {
      await model.stop();
    },
  };
}
