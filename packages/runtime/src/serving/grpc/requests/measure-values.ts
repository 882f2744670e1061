/** How much a value holds, itself included. */
interface Measured {
  readonly depth: number;
  readonly values: number;
  /** Of objects. */
  readonly fields: number;
}

/**
 * Measures a value without recursion. Bytes count as one value.
 *
 * @param mostDepth what lies deeper is not looked at
 */
export function measureValues(whole: unknown, mostDepth: number): Measured {
  let [depth, values, fields] = [0, 0, 0];
  let level: readonly unknown[] = [whole];
  while (level.length > 0 && depth <= mostDepth) {
    const next: unknown[] = [];
    for (const value of level) {
      values++;
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
      const inside = Object.values(value);
      if (!Array.isArray(value)) fields += inside.length;
      for (const each of inside) next.push(each);
    }
    level = next;
    if (level.length > 0) depth++;
  }
  return { depth, values, fields };
}
