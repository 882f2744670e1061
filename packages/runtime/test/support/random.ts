/** Random numbers from 0 to 1 (mulberry32). The same seed gives the same numbers; a failing test prints its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A new seed each time, or a given one to repeat a run. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 1_000_000_000);
}
