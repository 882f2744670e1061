import type { TimelineEntry } from './items.js';

const HEIGHTS: Readonly<Partial<Record<TimelineEntry['kind'], number>>> = {
  said: 90,
  end: 60,
  question: 120,
  artifact: 110,
};
const CHARACTERS_A_LINE = 90;
const LINE = 22;

/** The likely height of a row in pixels, until it was drawn and measured. */
export function estimateHeight(entry: TimelineEntry | undefined): number {
  if (entry?.kind === 'text') return 12 + LINE * Math.max(1, Math.ceil(entry.source.length / CHARACTERS_A_LINE));
  return (entry && HEIGHTS[entry.kind]) ?? 34;
}
