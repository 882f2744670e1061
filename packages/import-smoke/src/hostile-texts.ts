import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';

/** Candidates for members of a character class. */
const CANDIDATES = [...`a1 -/.\n"'A_é=:[]{}*\t@#,;()<>\\!?$%&|~+^\u2028\r\f`];
/** The number of characters tried for one class. Several are needed, since neighbouring pieces are slow only for a shared character. */
const MOST_CHARACTERS = 4;
/** Matched by no expression of ours, so that a text that ends with it does not match. */
const MISFIT = '\u0001';

/**
 * Texts of about `size` characters that make a regular expression slow if it can be: each of its repeated pieces and each of
 * its beginnings, repeated, with an end that does not match.
 */
export function hostileTexts(source: string, flags: string, size: number): readonly string[] {
  const { pattern } = parseRegExpLiteral(new RegExp(source, flags));
  const pumps = new Set<string>();
  const beginnings = new Set<string>();
  for (const alternative of pattern.alternatives) collect(alternative.elements, '', flags, pumps, beginnings);
  const texts = [...pumps].flatMap((pump) => {
    const [before = '', piece = ''] = pump.split('\u0000');
    return [before + fill(piece, size) + MISFIT, fill(before + piece, size) + MISFIT, before + fill(piece, size)];
  });
  return [...new Set([...texts, ...[...beginnings].map((beginning) => fill(beginning, size) + MISFIT)])];
}

/** Adds `<text before>\0<one repetition>` for each open repetition, and the text that matches the elements before each element. */
function collect(
  elements: readonly AST.Element[],
  before: string,
  flags: string,
  pumps: Set<string>,
  beginnings: Set<string>,
): void {
  let read = before;
  for (const element of elements) {
    if (element.type === 'Quantifier') {
      if (element.max > 8) for (const piece of samples(element.element, flags)) pumps.add(`${read}\u0000${piece}`);
      inside(element.element, read, flags, pumps, beginnings);
    } else inside(element, read, flags, pumps, beginnings);
    read += samples(element, flags)[0] ?? '';
    if (read !== '') beginnings.add(read);
  }
}

function inside(
  element: AST.Element,
  before: string,
  flags: string,
  pumps: Set<string>,
  beginnings: Set<string>,
): void {
  if (!('alternatives' in element)) return;
  for (const alternative of element.alternatives) {
    if ('elements' in alternative) collect(alternative.elements, before, flags, pumps, beginnings);
  }
}

/** Texts that match an element, the most typical one first. */
function samples(element: AST.Element, flags: string): readonly string[] {
  switch (element.type) {
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass': {
      const one = new RegExp(`^${element.raw}$`, flags.replaceAll(/[gy]/g, ''));
      return CANDIDATES.filter((character) => one.test(character)).slice(0, MOST_CHARACTERS);
    }
    case 'Quantifier': {
      const count = Math.max(1, element.min);
      return samples(element.element, flags).map((piece) => piece.repeat(count));
    }
    case 'CapturingGroup':
    case 'Group':
      return element.alternatives.map(({ elements }) =>
        elements.map((inner) => samples(inner, flags)[0] ?? '').join(''),
      );
    default:
      return [''];
  }
}

function fill(piece: string, size: number): string {
  return piece === '' ? '' : piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
}
