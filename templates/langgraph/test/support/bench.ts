import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { LangGraphEngine } from '../../src/engine.js';
import { type ContextOptions, makeContext, makeWorkspace, type TestWorkspace } from './workspace.js';

interface SentMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
}

/** What the tests of the engine stand on: a scripted model for the file, a workspace for each test. */
export interface Bench {
  readonly model: ScriptedModel;
  readonly directory: string;
  makeEngine(options?: ContextOptions): LangGraphEngine;
  /** The messages of the newest request that the model has got. */
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
      const engine = new LangGraphEngine(makeContext(workspace.directory, model.url, options));
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
