import type { JsonValue } from '@molecule/adapters';
import { getParentContext } from '../coordinator/parent-context.js';
import type { SharedFile } from '../prompt/build-system-prompt.js';
import { isPassing, PlatformError } from './platform-api.js';

export interface PlatformSurroundingsOptions {
  readonly workspaceId: string;
  readonly parentId: string | undefined;
  /** The platform's answer to a GET. */
  readonly get: (path: string) => Promise<JsonValue>;
  /** Hears of what the platform refuses. */
  readonly tell: (what: string, error: unknown) => void;
}

/** What the platform adds to the prompt; while it is away, what it added last. */
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
    const { workspaceId, get, tell } = this.#options;
    try {
      const reply = await get(`/workspaces/${encodeURIComponent(workspaceId)}/instructions/resolve`);
      const { instructions } = (reply ?? {}) as { readonly instructions?: unknown };
      this.#instructions = typeof instructions === 'string' ? instructions : '';
    } catch (error) {
      tell('instructions', error);
      if (isRefusal(error)) this.#instructions = '';
    }
  }

  async #readParentContext(): Promise<void> {
    const { parentId, get, tell } = this.#options;
    let kept = false;
    const found = await getParentContext(
      parentId,
      (parent) => get(`/workspaces/${encodeURIComponent(parent)}/shared-context`),
      (error) => {
        tell('shared context', error);
        kept = !isRefusal(error);
      },
    );
    if (!kept) this.#parentContext = found;
  }
}

/** The platform said no, and did not only fail to answer. */
function isRefusal(error: unknown): boolean {
  return PlatformError.is(error) && !isPassing(error);
}
