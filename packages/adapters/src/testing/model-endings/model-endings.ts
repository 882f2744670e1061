import type { EndingTools, ModelEnding, ModelFormat } from './model-ending.js';
import { CUT_ROWS, ERROR_ROWS, PAGE_ROWS, STATUS_ROWS } from './rows/breaks.js';
import { HABIT_ROWS } from './rows/habits.js';
import { SHAPE_ROWS, TOOL_ROWS, USAGE_ROWS } from './rows/shapes.js';
import { EMPTY_ROWS, STOP_ROWS } from './rows/stops.js';

/** Unusual replies and endings of models, as many servers send them, with the correct outcomes of each. */
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

/** The rows of a wire format. */
export function modelEndings(format: ModelFormat): readonly ModelEnding[] {
  return MODEL_ENDINGS.filter(({ formats }) => formats.includes(format));
}

/** A message for which the scripted model plays the row. `text` precedes the script. */
export function endingMessage(ending: ModelEnding, tools: EndingTools, format: ModelFormat, text = 'please'): string {
  return `${text} ${JSON.stringify(ending.steps(tools, format)).replace(/^\[/, '[[').replace(/\]$/, ']]')}`;
}
