import type { Message } from '@a2a-js/sdk';
import { wellFormed } from '@molecule/adapters';

/** Characters of a title. */
const MOST_CHARACTERS = 160;
/** Characters of the message that are looked at: it may be large, and begin with blanks. */
const MOST_READ = 4_096;
/** Characters of a first message, as JSON, from which its title is stored. A shorter one is read in a listing as fast as its title. */
const LONG_MESSAGE = 2_048;

/** True if a first message is so long that a listing must not read it for the title. */
export function needsTitle(characters: number): boolean {
  return characters > LONG_MESSAGE;
}

/** The beginning of a message as a title: its text in one line, else the name of its first file; empty if it has neither. */
export function titleOf({ parts }: Pick<Message, 'parts'>): string {
  let text = '';
  for (const { content } of parts) {
    if (content?.$case === 'text') text += ` ${content.value.slice(0, MOST_READ)}`;
    if (text.length > MOST_READ) break;
  }
  const line = inOneLine(text);
  return line === '' ? inOneLine(parts.find(({ filename }) => filename !== '')?.filename ?? '') : line;
}

function inOneLine(text: string): string {
  return wellFormed(text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS));
}
