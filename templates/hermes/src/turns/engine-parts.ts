import type { Workspace } from '@molecule/adapters';
import type { RunNotes } from './run-notes.js';
import type { StopParts } from './stop-run.js';
import type { WaitingRuns } from './waiting-runs.js';

/** What all turns of an engine share. */
export interface EngineParts extends StopParts {
  readonly notes: RunNotes;
  readonly waiting: WaitingRuns;
  readonly workspace: Workspace;
  /** The newest each time that it is read. */
  readonly systemPrompt: string;
}
