import type { TurnEvent } from '@molecule/adapters';
import {
  type ScriptedModel,
  type ScriptStep,
  startScriptedModel,
  testContext,
  Workbench,
} from '@molecule/adapters/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { configSchema } from '../../src/config.js';
import { adapter } from '../../src/index.js';

export interface BenchOptions {
  readonly config?: object;
  /** Default: the scripted model behind OpenAI's chat completions. */
  readonly model?: 'openai:scripted' | 'anthropic:scripted';
  /** Default: the addresses of the scripted model. */
  readonly environment?: Readonly<Record<string, string>>;
}

// It warns of a model that it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** A message with the steps that the scripted model plays. */
export function script(...steps: readonly ScriptStep[]): string {
  return `please [[${steps.map((step) => JSON.stringify(step)).join(',')}]]`;
}

/** One scripted model for a file of tests, and engines of the template. */
export function useBench() {
  let model: ScriptedModel;
  const opened: Workbench[] = [];
  beforeAll(async () => {
    model = await startScriptedModel({ strict: true });
  });
  afterAll(() => model.stop());
  beforeEach(() => model.reset());
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench[Symbol.asyncDispose]();
  });
  return {
    get model() {
      return model;
    },
    /** The messages of the last request. */
    get sent() {
      const { messages = [] } = (model.requests.at(-1)?.body ?? {}) as { messages?: readonly { content: unknown }[] };
      return messages;
    },
    async open({
      config = {},
      model: name = 'openai:scripted',
      environment: own,
    }: BenchOptions = {}): Promise<Workbench> {
      const environment = own ?? { OPENAI_BASE_URL: `${model.url}/v1`, ANTHROPIC_BASE_URL: model.url };
      const context = () => testContext({ config: configSchema.parse(config), model: name, environment });
      const bench = await Workbench.open(adapter, { context, message: '' });
      opened.push(bench);
      return bench;
    },
  };
}

export function only<Type extends TurnEvent['type']>(
  events: readonly TurnEvent[],
  type: Type,
): Extract<TurnEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<TurnEvent, { type: Type }>[];
}
