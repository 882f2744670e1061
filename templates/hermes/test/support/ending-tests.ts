import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import {
  type EndingOutcome,
  endingProblem,
  type ModelEnding,
  type ModelFormat,
  type ScriptedModel,
  type ScriptStep,
  startScriptedModel,
} from '@molecule/adapters/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message, play, script } from './turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './workspace.js';

const look = { tool: 'terminal', input: { command: 'expr 6 \\* 7' } };

/** If an answer was cut or empty, Hermes asks again; the model then ends in the same way. */
const TIMES_ASKED = 6;

/** If an answer was cut, Hermes asks the model to continue it. Here the model repeats the same words. */
function continued(outcome: EndingOutcome): EndingOutcome {
  if (!('finish' in outcome) || outcome.finish !== 'length' || typeof outcome.text !== 'string') return outcome;
  return { ...outcome, text: new RegExp(`^(${outcome.text})+$`) };
}

/** Also correct: Hermes does not report the cause of its failure, and repeats a cut call without an error for the model. */
const UNTOLD: Readonly<Record<string, readonly EndingOutcome[]>> = {
  "OpenRouter's rate limit as a body": [{ error: 'unavailable', retryable: true }],
  'an error body': [{ error: 'unavailable', retryable: true }],
  'overloaded_error within the answer': [{ error: 'unavailable', retryable: true }],
  'a refused key in the middle': [{ error: 'unavailable', retryable: true }],
  'half a character in a call': [{ error: 'unavailable', retryable: true }],
  'incomplete arguments without a stop reason': [{ finish: 'length' }],
  'arguments that are no JSON': [{ finish: 'length' }, { error: 'unavailable', retryable: true }],
  'arguments that are a text': [{ error: 'unavailable', retryable: true }],
};

/** Tests the real Hermes with rows of the table of unusual endings that all engines are tested with. */
export function testModelEndings(format: ModelFormat, endings: readonly ModelEnding[]): void {
  describe(format, () => {
    let workspace: TestWorkspace;
    let model: ScriptedModel;
    let engine: AgentEngine & AsyncDisposable;

    beforeAll(async () => {
      workspace = await makeWorkspace();
      model = await startScriptedModel();
      const anthropic = {
        model: 'anthropic:scripted',
        endpoint: false,
        environment: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'test' },
      };
      engine = await openEngine(workspace, model, format === 'openai' ? {} : anthropic);
    });

    afterAll(async () => {
      await engine?.[Symbol.asyncDispose]();
      await model?.stop();
      await workspace?.[Symbol.asyncDispose]();
    });

    test.concurrent.each(endings.map((ending) => ({ ending, name: `${ending.group}: ${ending.name}` })))(
      '$name',
      async ({ ending }) => {
        const acted = join(workspace.workDir, randomUUID());
        const act = { tool: 'terminal', input: { command: `echo acted >> ${acted}` } };
        const steps = ending.steps({ look, act }, format);
        const last = steps.at(-1) ?? {};
        const played = await play(engine, message(script(...steps, ...Array<ScriptStep>(TIMES_ASKED - 1).fill(last))));
        const row = { ...ending, outcomes: [...ending.outcomes.map(continued), ...(UNTOLD[ending.name] ?? [])] };
        expect(endingProblem(row, played)).toBeUndefined();
        if (ending.mustNotAct) expect(existsSync(acted)).toBe(false);
      },
    );
  });
}
