import { createHash } from 'node:crypto';
import type { JsonValue } from '../contract/json.js';
import type { StepRun, TurnSteps } from '../contract/steps.js';

/** Characters of the id of a step. */
const LONGEST_ID = 200;

/** A call of a tool. */
export interface ToolStepCall {
  readonly name: string;
  readonly input: JsonValue;
  /** Of the model's call: calls with an id may come in any order. Default: the call is found by its name and its place. */
  readonly id?: string;
}

/**
 * Runs a tool as a step, and shows the call and its result to the client. A call that was recorded is not made again: its result, or its
 * failure, is returned.
 *
 * @throws what `work` throws
 */
export function toolStep<Output>(
  steps: Pick<TurnSteps, 'step'>,
  { name, input, id }: ToolStepCall,
  work: (run: StepRun) => Promise<Output> | Output,
): Promise<Output> {
  return steps.step(`tool ${name}`, id === undefined ? {} : { id: stepId(id) }, async (run) => {
    const call = id ?? run.key;
    await run.emit({ type: 'tool-call', id: call, name, input });
    try {
      const output = await work(run);
      await run.emit({ type: 'tool-result', id: call, ok: true, ...shown(output) });
      return output;
    } catch (error) {
      if (!run.signal.aborted) {
        const output = error instanceof Error ? error.message : String(error);
        await run.emit({ type: 'tool-result', id: call, ok: false, output });
      }
      throw error;
    }
  });
}

/** Some servers give ids of thousands of characters. */
function stepId(id: string): string {
  return id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('hex');
}

/** The output as its JSON says. */
function shown(output: unknown): { readonly output?: JsonValue } {
  const json = JSON.stringify(output);
  return json === undefined ? {} : { output: JSON.parse(json) as JsonValue };
}
