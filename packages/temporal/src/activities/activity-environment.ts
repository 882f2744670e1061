import type { Logger } from '@molecule/adapters';
import type { TurnBody } from '../contract/turn-body.js';
import type { LocalTurns } from '../local/local-turns.js';
import type { PayloadMeter } from '../payload/payload-meter.js';
import type { WrapperSettings } from '../settings/settings.js';
import type { TurnGuard } from './turn-guard.js';

/** What all activities share. */
export interface ActivityEnvironment {
  readonly body: TurnBody;
  readonly turns: LocalTurns;
  readonly guard: TurnGuard;
  readonly meter: PayloadMeter;
  readonly settings: WrapperSettings;
  readonly logger: Logger;
  /** True once the process has begun to stop: it starts no further turn. */
  readonly stopping: () => boolean;
}
