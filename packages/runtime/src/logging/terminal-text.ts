/**
 * Characters that a terminal acts upon instead of showing them, line feed and tab aside: control characters (an escape begins
 * a sequence that moves the cursor, renames the window or fills the clipboard), and marks that turn the direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const ACTED_UPON = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
/** U+2400 to U+241F show the control characters U+0000 to U+001F. */
const PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/** Text from outside, so that a terminal shows it and does nothing else. One character becomes one, so a text may come in pieces. */
export function terminalText(text: string): string {
  return text.replaceAll(ACTED_UPON, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : '\ufffd';
  });
}

/** The same JSON, in which such characters are escaped. */
export function terminalJson(json: string): string {
  return json.replaceAll(ACTED_UPON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A line of JSON whose texts a terminal shows, also after the escapes in them have been read. */
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
