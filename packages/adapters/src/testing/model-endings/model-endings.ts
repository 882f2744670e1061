import type { EndingTools, ModelEnding, ModelFormat } from './model-ending.js';
import { CUT_ROWS, ERROR_ROWS, PAGE_ROWS, STATUS_ROWS } from './rows/breaks.js';
import { HABIT_ROWS } from './rows/habits.js';
import { SHAPE_ROWS, TOOL_ROWS, USAGE_ROWS } from './rows/shapes.js';
import { EMPTY_ROWS, STOP_ROWS } from './rows/stops.js';

/** Odd replies and endings of models, as many servers send them, and what an engine has to make of each. */
export const MODEL_ENDINGS: readonly ModelEnding[] = [
  ...STOP_ROWS,
  ...EMPTY_ROWS,
  ...CUT_ROWS,
  ...ERROR_ROWS,
  ...PAGE_ROWS,
  ...STATUS_ROWS,
  ...SHAPE_ROWS,
  ...TOOL_ROWS,
  ...USAGE_ROWS,
  ...HABIT_ROWS,
];

/** The rows that an engine meets whose model speaks `format`. */
export function modelEndings(format: ModelFormat): readonly ModelEnding[] {
  return MODEL_ENDINGS.filter(({ formats }) => formats.includes(format));
}

/** A message that makes the scripted model play the row. `text` stands before the script. */
export function endingMessage(ending: ModelEnding, tools: EndingTools, format: ModelFormat, text = 'please'): string {
  return `${text} ${JSON.stringify(ending.steps(tools, format)).replace(/^\[/, '[[').replace(/\]$/, ']]')}`;
}
