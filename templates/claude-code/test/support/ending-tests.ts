import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TurnEvent } from '@molecule/adapters';
import {
  type EndingOutcome,
  type EndingTools,
  endingProblem,
  type ModelEnding,
  startScriptedModel,
} from '@molecule/adapters/testing';
import { afterAll, expect, test } from 'vitest';
import { controls, messageTurn, script } from './turns.js';
import { makeEngine, makeWorkspace } from './workspace.js';

/** If an answer was cut or empty, Claude Code asks again; the model then ends in the same way. */
const TIMES_ASKED = 4;

/** Also correct, because Claude Code reports neither the type of an error body with status 200 nor the cause of its failure. */
const UNTOLD: Readonly<Record<string, EndingOutcome>> = {
  'an error body': { error: 'unavailable', retryable: true },
  'a call with no id': { error: 'engine-died', retryable: true },
};

/** Tests the real Claude Code with rows of the table of unusual endings that all engines are tested with. */
export async function testModelEndings(endings: readonly ModelEnding[]): Promise<void> {
  const model = await startScriptedModel();
  const workspace = await makeWorkspace();
  const engine = await makeEngine(workspace, {
    endpoint: model.endpoint,
    config: { max_retries: 0, max_processes: 3, idle_process_seconds: 0, permissions: { allow: ['Bash', 'Glob'] } },
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await model.stop();
    await workspace[Symbol.asyncDispose]();
  });

  test.concurrent.each(endings.map((ending) => [`${ending.group}: ${ending.name}`, ending] as const))(
    '%s',
    async (name, ending) => {
      const mark = name.replaceAll(/[^a-z0-9]+/g, '-');
      await mkdir(join(workspace.workDir, mark));
      const done = join(mark, 'done');
      const tools: EndingTools = {
        look: { tool: 'Glob', input: { pattern: '*.none' } },
        act: { tool: 'Bash', input: { command: `touch ${done}; echo a long enough text` } },
      };
      const steps = ending.steps(tools, 'anthropic');
      const last = steps.at(-1) ?? {};
      const turn = messageTurn(name, script(...steps, ...Array(TIMES_ASKED - 1).fill(last)));
      const events: TurnEvent[] = [];
      let error: unknown;
      try {
        for await (const event of engine.runTurn(turn, controls())) events.push(event);
      } catch (thrown) {
        error = thrown;
      }
      const observed = { events, error } as Parameters<typeof endingProblem>[1];
      expect(
        endingProblem({ ...ending, outcomes: ending.outcomes.flatMap((outcome) => adapt(outcome, ending)) }, observed),
      ).toBeUndefined();
      if (ending.mustNotAct) await expect(access(join(workspace.workDir, done))).rejects.toThrow('ENOENT');
    },
  );
}

function adapt(outcome: EndingOutcome, { name }: ModelEnding): readonly EndingOutcome[] {
  const also = UNTOLD[name];
  if ('error' in outcome) return also === undefined ? [outcome] : [outcome, also];
  const { finish, text } = outcome;
  // If an answer is cut again and again, its pieces are one answer.
  if (finish === 'length' && typeof text === 'string') return [{ finish, text: new RegExp(`^(?:${text})+$`) }];
  return [outcome];
}
