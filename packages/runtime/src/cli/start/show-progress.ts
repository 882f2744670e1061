/** A wait shorter than this needs no explanation. */
const FIRST_MS = 2000;
const NEXT_MS = 10_000;

/** Prints how long something has taken: after two seconds, then every ten. */
export function showProgress(what: string, tellLine: (line: string) => void): { end(): void } {
  const begun = Date.now();
  const tell = () => {
    tellLine(`${what}: ${Math.round((Date.now() - begun) / 1000)} s so far ...`);
    timer = setTimeout(tell, NEXT_MS).unref();
  };
  let timer = setTimeout(tell, FIRST_MS).unref();
  return { end: () => clearTimeout(timer) };
}
