import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';

/** Characters that stand for the members of a character class. */
const CANDIDATES = [...`a1 -/.\n"'A_é=:[]{}*\t@#,;()<>\\!?$%&|~+^\u2028\r\f`];
/** So many different characters are tried for one class: neighbours that share a character are slow for it only. */
const MOST_CHARACTERS = 4;
/** No expression of ours takes it, so that a text which ends in it does not fit. */
const MISFIT = '\u0001';

/**
 * Texts of some `size` characters that make a regular expression slow if anything does: each of its repeated pieces and each
 * of its beginnings, over and over, with an end that does not fit.
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

/** Adds `<text before>\0<one repetition>` for each open repetition, and what the elements before each element match. */
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

/** Texts that an element matches, the most usual one first. */
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
