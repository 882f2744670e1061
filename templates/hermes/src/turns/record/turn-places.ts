import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { McpEndpoint, Turn } from '@molecule/adapters';
import { readJsonFile, writePrivateFile } from '../../process/atomic-file.js';

/** What the template's plugin in Hermes gets for each turn that runs: its directory, and the runtime's tools for it. */
export class TurnPlaces {
  readonly #directory: string;

  /** @param notes the directory that the plugin reads */
  constructor(notes: string) {
    this.#directory = join(notes, 'turns');
  }

  /** Tells the plugin. Replaces what an earlier attempt of another process has left. */
  async open(sessionId: string, { workDir }: Turn, mcp: McpEndpoint | undefined): Promise<void> {
    await writePrivateFile(this.#path(sessionId), JSON.stringify({ workDir, ...(mcp && { mcp }) }));
  }

  /** Removes it, unless another attempt has written its own since. */
  async close(sessionId: string, mcp: McpEndpoint | undefined): Promise<void> {
    const found = (await readJsonFile(this.#path(sessionId))) as { readonly mcp?: McpEndpoint } | undefined;
    if (found?.mcp?.token === mcp?.token) await rm(this.#path(sessionId), { force: true });
  }

  #path(sessionId: string): string {
    return join(this.#directory, `${sessionId}.json`);
  }
}
