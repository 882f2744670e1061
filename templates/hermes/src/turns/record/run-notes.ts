import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../process/atomic-file.js';

/** Milliseconds after which remaining notes are removed: the time during which a finished turn may be replayed. */
const KEPT_MS = 7 * 86_400_000;

/** More tokens than any run uses. */
const MOST_TOKENS = 1e12;

/** A number of tokens; 0 for anything else. */
export function tokensIn(count: number): number {
  return count > 0 && count <= MOST_TOKENS ? Math.round(count) : 0;
}

const count = z.number().transform(tokensIn).catch(0);

const failureSchema = z.object({
  /** The class of the error in Hermes. */
  kind: z.string(),
  status: z.number().nullish(),
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string(),
});

const endSchema = z.object({
  /** Why Hermes ended its loop; absent when it gave up in the middle. */
  turn_exit_reason: z.string().nullish(),
  failed: z.boolean().nullish(),
  /** True: the answer is not whole, or none. */
  partial: z.boolean().nullish(),
  /** True: it was stopped. */
  interrupted: z.boolean().nullish(),
  error: z.string().nullish(),
  /** Why the last model call ended, in the provider's words. */
  stop: z.string().nullish(),
  /** True: the last model call has refused in so many words. */
  refused: z.boolean().nullish(),
  /** True: the last model call broke off. */
  broken: z.boolean().nullish(),
  /** The provider's text for the last failed model call. */
  failure: failureSchema.nullish(),
  calls: z.number(),
  /** For all model calls, including those whose answers Hermes discarded or continued. */
  usage: z.object({ input: count, output: count, cached: count, reasoning: count }),
});

const pendingSchema = z.array(z.object({ command: z.string(), description: z.string() }));

/** How a model call failed. */
export type ModelFailure = z.output<typeof failureSchema>;

/** How a run ended. */
export type RunEnd = z.output<typeof endSchema>;

/** What a run waits for a person for. */
export interface PendingApproval {
  readonly command: string;
  readonly description: string;
}

/** The notes on runs that the template's plugin in Hermes writes. An external Hermes has no plugin and no notes. */
export class RunNotes {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** How a run ended; `undefined` while it is running. It is written before Hermes reports the end. */
  async end(runId: string): Promise<RunEnd | undefined> {
    return endSchema.safeParse(await readJsonFile(this.#path('ends', runId))).data;
  }

  /** The approval that an answer would be taken for; `undefined` when the run waits for none. */
  async pending(runId: string): Promise<PendingApproval | undefined> {
    return pendingSchema.safeParse(await readJsonFile(this.#path('approvals', runId))).data?.at(0);
  }

  /** Removes the notes of a run that is no longer needed. */
  async forget(runId: string): Promise<void> {
    for (const kind of KINDS) await rm(this.#path(kind, runId), { force: true });
  }

  /** Removes notes of runs that were not forgotten. */
  async sweep(now: number): Promise<void> {
    for (const kind of KINDS) {
      const names = await readdir(join(this.#dir, kind)).catch(() => []); // None yet.
      for (const path of names.map((name) => join(this.#dir, kind, name))) {
        const file = await stat(path).catch(() => undefined); // Hermes has removed it meanwhile.
        if (file && now - file.mtimeMs > KEPT_MS) await rm(path, { force: true });
      }
    }
  }

  #path(kind: (typeof KINDS)[number], runId: string): string {
    return join(this.#dir, kind, `${runId.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.json`);
  }
}

const KINDS = ['ends', 'approvals'] as const;
