import type { EngineStore, Workspace } from '@molecule/adapters';
import type { RunNotes } from './record/run-notes.js';
import type { TurnPlaces } from './record/turn-places.js';
import type { StopParts } from './run/stop-run.js';
import type { WaitingRuns } from './run/waiting-runs.js';

/** What all turns of an engine share. */
export interface EngineParts extends StopParts {
  readonly notes: RunNotes;
  readonly waiting: WaitingRuns;
  /** Absent for an external Hermes, which has no plugin: its runs work in its own directory. */
  readonly places?: TurnPlaces;
  readonly workspace: Workspace;
  /** Names the Hermes that has the runs. */
  readonly machine: string;
  /** Absent in runtimes that have no engine store. */
  readonly store?: EngineStore;
  /** The newest each time that it is read. */
  readonly systemPrompt: string;
}
