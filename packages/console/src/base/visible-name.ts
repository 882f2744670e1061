/** Characters that change the direction of a text or are not drawn: a name with them looks like another name. */
const HIDDEN = /[\p{Cc}\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

/** A name of a stranger as it is: what would not be seen is written out as `[U+202E]`. */
export function visibleName(name: string): string {
  return name.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** The same for the name of a downloaded file, in which such characters and those of paths become `_`. */
export function safeFileName(name: string): string {
  const safe = name
    .replace(HIDDEN, '_')
    .replace(/[\\/:*?"<>|]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120)
    .trim();
  return safe === '' ? 'file' : safe;
}
