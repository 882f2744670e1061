/** Measurements of the runtime, and of what it is compared with. */
export interface Pair {
  readonly ours: number[];
  readonly theirs: number[];
}

/** The value below which the share `q` of the sample lies. */
export function quantile(sample: readonly number[], q: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
