import type { Logger } from '@molecule/adapters';
import type { Clock } from '../../support/clock.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { Durability } from '../storage/durability.js';

export interface SqliteStoreOptions {
  readonly logger: Logger;
  /** For waits during storage trouble. */
  readonly clock: Clock;
  readonly durability: Durability;
  /** Takes a step for each part that was opened. The caller runs them if the store cannot be opened. */
  readonly steps: ShutdownSteps;
}
