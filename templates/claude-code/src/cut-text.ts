/** The text, or its beginning with `…` when it has more than so many characters. Never half of a character. */
export function cutText(text: string, most: number): string {
  // A character has at most two UTF-16 units, so this slice holds `most` characters, and one more if there are more.
  const characters = [...text.slice(0, (most + 1) * 2)];
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text;
}
