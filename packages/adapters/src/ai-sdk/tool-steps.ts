import { toolStep } from '../agent/tool-step.js';
import type { JsonValue } from '../contract/json.js';
import type { TurnSteps } from '../contract/steps.js';
import { keepingFailure } from './tool-failures.js';

/** `Tool` of the AI SDK, as far as it is used here. */
interface SdkTool {
  // biome-ignore lint/suspicious/noExplicitAny: each tool has an input of its own.
  readonly execute?: ((input: any, options: any) => unknown) | undefined;
}

/**
 * Tools for the AI SDK, of which each call is a step, found by the id of the model's call. A call that was recorded is not made again: the AI SDK
 * gets its result, or its failure. Results are what their JSON says; of a tool that gives several (`async *execute`), the last one counts.
 *
 * If a tool throws an `EngineError` with `retryable`, the turn fails with it at the next model call of `modelSteps`, and the runtime tries it again.
 *
 * ```ts
 * streamText({ tools: toolSteps(controls, { look_up: tool({ ... }) }), ... })
 * ```
 */
export function toolSteps<Tools extends Readonly<Record<string, SdkTool>>>(
  steps: Pick<TurnSteps, 'step'>,
  tools: Tools,
): Tools {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, stepped(steps, name, tool)])) as Tools;
}

function stepped(steps: Pick<TurnSteps, 'step'>, name: string, tool: SdkTool): SdkTool {
  const { execute } = tool;
  // The AI SDK leaves a tool without it to the application.
  if (!execute) return tool;
  return {
    ...tool,
    execute: (input: JsonValue, options: { readonly toolCallId: string }) =>
      keepingFailure(steps, () =>
        toolStep(steps, { name, input, id: options.toolCallId }, () => lastOf(execute(input, options))),
      ),
  };
}

/** The result of a tool. The AI SDK shows the earlier ones of a tool with several. */
async function lastOf(output: unknown): Promise<unknown> {
  if (!isAsyncIterable(output)) return output;
  let last: unknown;
  for await (const next of output) last = next;
  return last;
}

function isAsyncIterable(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}
