import type { Logger } from '@molecule/adapters';
import type { TemporalConnection } from '../contract/connection.js';
import type { TaskBody } from '../contract/task-body.js';
import type { TurnStarter } from '../live/turn-starter.js';
import type { TemporalSettings } from '../settings/settings.js';

/** What a link to Temporal is opened with. */
export interface LinkOptions {
  readonly workspaceId: string;
  readonly address: string;
  readonly namespace: string;
  readonly connection: TemporalConnection;
  /** `<workspace>@<instance>/<boot>`. */
  readonly identity: string;
  /** `<workspace>@<instance>/`: what the identities of all boots of this installation begin with. */
  readonly instancePrefix: string;
  readonly settings: TemporalSettings;
  readonly encryptionKeys: readonly string[];
  readonly workflowBundlePath: string | undefined;
  readonly unfinished: () => Promise<readonly string[]>;
  readonly body: TaskBody;
  readonly starter: TurnStarter;
  readonly stopping: () => boolean;
  readonly logger: Logger;
}
