import type { Logger, Workspace } from '@molecule/adapters';
import type { HermesClient } from '../api/hermes-client.js';
import type { FollowedRun } from './follow-run.js';
import type { RunNotes } from './run-notes.js';
import type { TurnJournal } from './turn-journal.js';
import type { WaitingRuns } from './waiting-runs.js';

/** What it takes to stop a run. */
export interface StopParts {
  readonly client: HermesClient;
  readonly journal: TurnJournal;
  /**
   * Readers of runs that wait for a person, by run: Hermes gives each event once, so the reader stays. Only a comfort:
   * without it, after a restart for instance, the run's status and transcript tell the rest.
   */
  readonly parked: Map<string, FollowedRun>;
  /** `HERMES_HOME` of a Hermes that this workspace alone uses; absent when it is somebody else's. */
  readonly home?: string;
  readonly logger: Logger;
}

/** What all turns of an engine share. */
export interface EngineParts extends StopParts {
  readonly notes: RunNotes;
  readonly waiting: WaitingRuns;
  readonly workspace: Workspace;
  /** The newest each time that it is read. */
  readonly systemPrompt: string;
}
