/** A text longer than this is cut into pieces at blank lines, so that a piece that is complete is never read again. */
const PIECE = 1500;

/**
 * Cuts a Markdown text where cutting does not change its meaning: at a blank line outside a code block, before a line that begins at the
 * margin and is neither of a list nor a reference. Pieces join to the text again.
 */
export function splitBlocks(source: string): readonly string[] {
  if (source.length <= PIECE) return [source];
  const blocks: string[] = [];
  let start = 0;
  let fence: string | undefined;
  let blank = false;
  for (let line = 0; line < source.length; ) {
    const next = source.indexOf('\n', line);
    const end = next === -1 ? source.length : next + 1;
    const content = source.slice(line, end);
    if (fence === undefined && blank && line - start >= PIECE && /^[^\s\-*+\d>|[]/.test(content)) {
      blocks.push(source.slice(start, line));
      start = line;
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(content)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence)) fence = undefined;
    }
    blank = content.trim() === '';
    line = end;
  }
  blocks.push(source.slice(start));
  return blocks;
}
