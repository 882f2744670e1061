import type { HistoryMessage } from '../../api/hermes-client.js';
import type { SessionMessage } from '../../api/messages.js';
import { CONTINUE } from './history.js';

/** A run that takes up a turn that Hermes lost. */
export interface Redo {
  readonly history: HistoryMessage[];
  readonly input: string;
}

/** The state from which a turn continues. */
export interface RedoSource {
  /** The conversation before the turn. */
  readonly earlier: readonly HistoryMessage[];
  /** The messages of the turn so far. */
  readonly turn: readonly SessionMessage[];
  /** What the turn began with. */
  readonly input: string;
  /** The command that waited for a person. Hermes refuses it by itself when it is stopped: that counts as not done. */
  readonly undecided?: string | undefined;
}

interface Step {
  readonly call: string;
  readonly results: string;
}

/**
 * How to begin a half finished turn again without repeating its finished steps. Hermes takes a history of plain text, so
 * each finished step becomes text: the call as an assistant message, the result as a user message. A step whose tool had
 * not ended is left out, and so runs again.
 */
export function redo({ earlier, turn, input, undecided }: RedoSource): Redo {
  const steps = finishedSteps(turn, undecided);
  const last = steps.at(-1);
  if (last === undefined) return { history: [...earlier], input };
  const told = steps.slice(0, -1).flatMap(({ call, results }): HistoryMessage[] => [
    { role: 'assistant', content: call },
    { role: 'user', content: results },
  ]);
  return {
    history: [...earlier, { role: 'user', content: input }, ...told, { role: 'assistant', content: last.call }],
    input: `${last.results}\n\n${CONTINUE}`,
  };
}

function finishedSteps(turn: readonly SessionMessage[], undecided: string | undefined): Step[] {
  const results = new Map(
    turn.flatMap(({ role, tool_call_id, content }) =>
      role === 'tool' && tool_call_id ? [[tool_call_id, content]] : [],
    ),
  );
  return turn.flatMap(({ role, content, tool_calls }): Step[] => {
    if (role !== 'assistant' || !tool_calls?.length) return [];
    const outcomes = tool_calls.map(({ id, function: tool }) => ({ ...tool, result: results.get(id) }));
    const isOpen = outcomes.some(
      ({ result, arguments: input }) =>
        result === undefined ||
        wasCutShort(result) ||
        (undecided !== undefined && wasRefused(input, result, undecided)),
    );
    if (isOpen) return [];
    const calls = outcomes.map((tool) => `I call the tool ${tool.name} with ${tool.arguments}.`);
    return [
      {
        call: [content, ...calls].filter(Boolean).join('\n'),
        results: outcomes.map(({ name, result }) => `Result of the tool ${name}:\n${result}`).join('\n\n'),
      },
    ];
  });
}

/** What Hermes writes as the result of a tool that it stopped in the middle, or never began. */
function wasCutShort(result: string): boolean {
  return /\[Command interrupted|Tool execution cancelled/.test(result);
}

function wasRefused(input: string, result: string, command: string): boolean {
  return result.includes('BLOCKED') && input.includes(JSON.stringify(command).slice(1, -1));
}
