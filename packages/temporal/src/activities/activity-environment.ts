import type { Logger } from '@molecule/adapters';
import type { TaskBody } from '../contract/task-body.js';
import type { TurnStarter } from '../live/turn-starter.js';
import type { PayloadMeter } from '../payload/payload-meter.js';
import type { TemporalSettings } from '../settings/settings.js';
import type { TurnGuard } from './turn-guard.js';

/** What the stages work with. */
export interface ActivityEnvironment {
  readonly body: TaskBody;
  readonly starter: TurnStarter;
  readonly guard: TurnGuard;
  readonly meter: PayloadMeter;
  readonly settings: TemporalSettings;
  readonly logger: Logger;
  /** True once the process has begun to stop: no new turn is taken up. */
  readonly stopping: () => boolean;
}
