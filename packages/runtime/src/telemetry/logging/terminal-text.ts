/**
 * Characters that a terminal executes instead of showing, except line feed and tab: control characters (an escape sequence
 * can move the cursor, rename the window or fill the clipboard), and marks that change the writing direction.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds control characters
const EXECUTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
/** U+2400 to U+241F are symbols for the control characters U+0000 to U+001F. */
const PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/** External text with such characters replaced, one by one, so that a terminal only shows it. A text may be passed in pieces. */
export function terminalText(text: string): string {
  return text.replaceAll(EXECUTED, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : '\ufffd';
  });
}

/** The same JSON with such characters escaped. */
export function terminalJson(json: string): string {
  return json.replaceAll(EXECUTED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A JSON line whose texts stay harmless on a terminal even after their escapes are decoded. */
export function terminalJsonTexts(json: string): string {
  const shown = json.replaceAll(/\\(?:u([0-9a-f]{4})|.)/gi, (sequence: string, code: string | undefined) => {
    if (code === undefined) return SHORT_ESCAPES[sequence] ?? sequence;
    const character = String.fromCharCode(Number.parseInt(code, 16));
    const visible = terminalText(character);
    return visible === character ? sequence : visible;
  });
  return terminalText(shown);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\b': '\u2408', '\\f': '\u240c', '\\r': '\u240d' };
