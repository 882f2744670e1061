/** A duration for people: `90 seconds`, `10 minutes`, `24 hours`. */
export function inWords(milliseconds: number): string {
  const units = [
    [3_600_000, 'hours'],
    [60_000, 'minutes'],
  ] as const;
  for (const [size, name] of units) {
    if (milliseconds >= 2 * size && milliseconds % size === 0) return `${milliseconds / size} ${name}`;
  }
  return milliseconds < 1_000 ? `${milliseconds} milliseconds` : `${Math.round(milliseconds / 1_000)} seconds`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes for people, such as `3.0 GiB`. */
export function sizeInWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
