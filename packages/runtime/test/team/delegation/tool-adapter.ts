import { type Adapter, type AdapterContext, defineAdapter, EngineError, type JsonObject } from '@molecule/adapters';
import { playAdapter, withoutLineage } from '../../support/play-adapter.js';

/** An adapter whose messages `{"tool": ..., "input": ...}` call a tool and answer with its result. Others are played. */
export interface ToolAdapter extends ReturnType<typeof playAdapter> {
  /** The context with which the engine was created. */
  context(): AdapterContext;
}

export function toolAdapter(options: { readonly repeatableTurns?: boolean } = {}): ToolAdapter {
  const played = playAdapter(options);
  let context: AdapterContext | undefined;
  const adapter = defineAdapter({
    ...played.adapter,
    createEngine: async (given) => {
      context = given;
      const engine = await played.adapter.createEngine(given);
      return {
        ...engine,
        async *runTurn(turn, controls) {
          if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This engine remembers nothing.');
          const call = callIn(turn.text);
          if (call === undefined) {
            yield* engine.runTurn(turn, controls);
            return;
          }
          const { taskId, contextId } = turn;
          const tool = given.tools.find(({ name }) => name === call.tool);
          if (!tool) throw new EngineError('invalid-request', `There is no tool ${call.tool}.`);
          try {
            const output = await tool.execute(call.input, { taskId, contextId, signal: controls.signal });
            yield { type: 'finish', text: JSON.stringify(output) };
          } catch (error) {
            controls.signal.throwIfAborted();
            yield { type: 'finish', text: `tool error: ${(error as Error).message}` };
          }
        },
      };
    },
  }) as Adapter;
  return {
    ...played,
    adapter,
    context() {
      if (!context) throw new Error('No engine was made.');
      return context;
    },
  };
}

/** The text of a message that calls a tool. */
export function calling(tool: string, input: JsonObject = {}): string {
  return JSON.stringify({ tool, input });
}

function callIn(message: string): { readonly tool: string; readonly input: JsonObject } | undefined {
  try {
    const value = JSON.parse(withoutLineage(message)) as { readonly tool?: unknown; readonly input?: unknown };
    return typeof value.tool === 'string' ? (value as { tool: string; input: JsonObject }) : undefined;
  } catch {
    // Plain text: it is played.
    return undefined;
  }
}
