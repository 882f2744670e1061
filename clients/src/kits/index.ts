import { GO_KITS } from './go.ts';
import { JAVA_KITS } from './java.ts';
import { JAVASCRIPT_KITS } from './javascript.ts';
import type { Kit } from './kit.ts';
import { PYTHON_KITS } from './python.ts';
import { RUST_KITS } from './rust.ts';

/** All kits, in the order in which they run. */
const KITS: readonly Kit[] = [...PYTHON_KITS, ...JAVASCRIPT_KITS, ...GO_KITS, ...JAVA_KITS, ...RUST_KITS];

/** The kits that the words name, each by its whole name or the part before the first `-`; all if there are no words. */
export function selectKits(words: readonly string[]): readonly Kit[] {
  if (words.length === 0) return KITS;
  const unknown = words.filter((word) => !KITS.some((kit) => isNamed(kit, word)));
  if (unknown.length > 0) {
    throw new RangeError(`No client ${unknown.join(', ')}. There are: ${KITS.map(({ name }) => name).join(', ')}`);
  }
  return KITS.filter((kit) => words.some((word) => isNamed(kit, word)));
}

function isNamed({ name }: Kit, word: string): boolean {
  return name === word || name.split('-')[0] === word;
}
