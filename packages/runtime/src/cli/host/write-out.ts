import type { CliOutput } from './cli-host.js';

/** Writes a text, and waits until its reader has taken enough of what was written before, so that it does not pile up in memory. */
export async function writeOut(output: CliOutput, text: string): Promise<void> {
  if (output.write(text) !== false || output.once === undefined) return;
  await new Promise<void>((resolve) => output.once?.('drain', () => resolve()));
}
