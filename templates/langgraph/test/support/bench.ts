import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { LangGraphEngine } from '../../src/engine.js';
import { workIn } from './turns.js';
import {
  type ContextOptions,
  makeContext,
  makeEngine,
  makeWorkspace,
  storeIn,
  type TestWorkspace,
} from './workspace.js';

interface SentMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
}

/** What the tests of the engine use: one scripted model per file, one workspace per test. */
export interface Bench {
  readonly model: ScriptedModel;
  readonly directory: string;
  makeEngine(options?: ContextOptions): LangGraphEngine;
  /** The messages of the last request that the model received. */
  sent(): readonly SentMessage[];
}

export function useBench(): Bench {
  let model: ScriptedModel;
  let workspace: TestWorkspace;
  const engines: LangGraphEngine[] = [];

  beforeAll(async () => {
    model = await startScriptedModel();
  });
  afterAll(() => model.stop());
  beforeEach(async () => {
    model.reset();
    workspace = await makeWorkspace();
    workIn(workspace.directory);
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
  });

  return {
    get model() {
      return model;
    },
    get directory() {
      return workspace.directory;
    },
    makeEngine(options = {}) {
      const { directory } = workspace;
      const engine = makeEngine(makeContext(directory, model.url, options), storeIn(directory));
      engines.push(engine);
      return engine;
    },
    sent() {
      const newest = model.requests.at(-1);
      if (newest === undefined) throw new Error('the model has got no request');
      return (newest.body as { messages: SentMessage[] }).messages;
    },
  };
}
