import type { ConversationEntry } from './conversation.js';
import type { ScriptStep } from './script-step.js';

/** The step to play for a conversation. */
export interface SelectedStep {
  readonly step: ScriptStep;
  /** Position in the script; 0 if there is no script. */
  readonly index: number;
  /** Equal for equal scripts and positions, so that `times` counts across retries. */
  readonly key: string;
}

/** Characters of an echo. Clients put much before a message; the end of the text is what the test sent. */
const ECHO_LIMIT = 200;
const TOOL_TEXT_LIMIT = 500;

/**
 * The step that the model plays next. It depends on the conversation only, so that a client can be killed and resumed in a test. The last
 * user text with a directive is the script, and the number of assistant turns after it is the position of the step. Without a directive,
 * the last user text is echoed.
 */
export function selectStep(conversation: readonly ConversationEntry[]): SelectedStep {
  const at = conversation.findLastIndex((entry) => entry.role === 'user' && findScript(entry.text) !== undefined);
  const script = findScript(conversation[at]?.text ?? '');
  if (script === undefined) {
    const step = { text: `echo: ${lastText(conversation, 'user').slice(-ECHO_LIMIT)}` };
    return { step, index: 0, key: 'echo' };
  }
  const index = conversation.slice(at + 1).filter((entry) => entry.role === 'assistant').length;
  const step = script[index] ?? { text: `(script of ${script.length} steps is over)` };
  return { step: fillIn(step, conversation), index, key: JSON.stringify([script, index]) };
}

/** The last `[[{...}, {...}]]` in a text that parses as a list of steps. */
export function findScript(text: string): readonly ScriptStep[] | undefined {
  for (const end of positionsFromTheEnd(text, ']]')) {
    for (const start of positionsFromTheEnd(text.slice(0, end), '[[')) {
      const steps = parseSteps(text.slice(start + 1, end + 1));
      if (steps !== undefined) return steps;
    }
  }
  return undefined;
}

function* positionsFromTheEnd(text: string, mark: string): Generator<number> {
  let position = text.lastIndexOf(mark);
  while (position >= 0) {
    yield position;
    position = position === 0 ? -1 : text.lastIndexOf(mark, position - 1);
  }
}

function parseSteps(json: string): readonly ScriptStep[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Not JSON, so not a script: the caller tries the next pair of brackets.
    return undefined;
  }
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const areSteps = value.every((step) => typeof step === 'object' && step !== null && !Array.isArray(step));
  return areSteps ? (value as ScriptStep[]) : undefined;
}

function fillIn(step: ScriptStep, conversation: readonly ConversationEntry[]): ScriptStep {
  if (step.text === undefined) return step;
  const toolText = lastText(conversation, 'tool').slice(0, TOOL_TEXT_LIMIT);
  const turns = String(conversation.filter((entry) => entry.role === 'user').length);
  // Replaced by a function, because `$` in a tool's output would be a pattern.
  return { ...step, text: step.text.replaceAll('$TOOL', () => toolText).replaceAll('$TURNS', () => turns) };
}

function lastText(conversation: readonly ConversationEntry[], role: ConversationEntry['role']): string {
  return conversation.findLast((entry) => entry.role === role)?.text ?? '';
}
