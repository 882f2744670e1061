import type { Logger, Workspace } from '@molecule/adapters';
import type { HermesClient } from '../api/hermes-client.js';
import type { FollowedRun } from './follow-run.js';
import type { TurnJournal } from './turn-journal.js';

/** What all turns of an engine share. */
export interface EngineParts {
  readonly client: HermesClient;
  readonly journal: TurnJournal;
  /**
   * Readers of runs that wait for a person, by run: Hermes gives each event once, so the reader stays. Only a comfort:
   * without it, after a restart for instance, the run's status and transcript tell the rest.
   */
  readonly parked: Map<string, FollowedRun>;
  /** True when this workspace alone uses the Hermes. */
  readonly ownsHermes: boolean;
  readonly workspace: Workspace;
  /** The newest each time that it is read. */
  readonly systemPrompt: string;
  readonly logger: Logger;
}
