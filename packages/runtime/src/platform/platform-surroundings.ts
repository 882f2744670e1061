import { z } from 'zod';
import type { SharedFile } from '../prompt/build-system-prompt.js';
import { isTemporary, PlatformError } from './api/platform-api.js';
import type { PlatformCalls } from './api/platform-calls.js';

const sharedFiles = z.array(z.object({ path: z.string(), content: z.string() }));

export interface PlatformSurroundingsOptions {
  readonly workspaceId: string;
  readonly parentId: string | undefined;
  readonly calls: PlatformCalls;
}

/** The platform's part of the prompt. While the platform is unreachable, the part that was read last. */
export class PlatformSurroundings {
  readonly #options: PlatformSurroundingsOptions;
  #instructions = '';
  #parentContext: readonly SharedFile[] = [];

  constructor(options: PlatformSurroundingsOptions) {
    this.#options = options;
  }

  async read(): Promise<{ readonly platformInstructions: string; readonly parentContext: readonly SharedFile[] }> {
    await Promise.all([this.#readInstructions(), this.#readParentContext()]);
    return { platformInstructions: this.#instructions, parentContext: this.#parentContext };
  }

  async #readInstructions(): Promise<void> {
    const { workspaceId, calls } = this.#options;
    try {
      const reply = await calls.read(`/workspaces/${encodeURIComponent(workspaceId)}/instructions/resolve`);
      const { instructions } = (reply ?? {}) as { readonly instructions?: unknown };
      this.#instructions = typeof instructions === 'string' ? instructions : '';
    } catch (error) {
      calls.logRefusal('instructions', error);
      if (isRefusal(error)) this.#instructions = '';
    }
  }

  /** The parent, which the platform knows if no variable names it. */
  async #parent(): Promise<string | undefined> {
    const { workspaceId, parentId, calls } = this.#options;
    if (parentId !== undefined) return parentId;
    const row = await calls.read(`/workspaces/${encodeURIComponent(workspaceId)}`);
    const { parent_id: known } = (row ?? {}) as { readonly parent_id?: unknown };
    return typeof known === 'string' && known !== '' ? known : undefined;
  }

  /** The files that the parent workspace shares. */
  async #readParentContext(): Promise<void> {
    const { calls } = this.#options;
    try {
      const parentId = await this.#parent();
      if (parentId === undefined) return;
      const reply = await calls.read(`/workspaces/${encodeURIComponent(parentId)}/shared-context`);
      this.#parentContext = sharedFiles.parse(reply);
    } catch (error) {
      calls.logRefusal('shared context', error);
      if (isRefusal(error)) this.#parentContext = [];
    }
  }
}

/** True if the platform answered with a refusal, false if it failed to answer. */
function isRefusal(error: unknown): boolean {
  return PlatformError.is(error) && !isTemporary(error);
}
