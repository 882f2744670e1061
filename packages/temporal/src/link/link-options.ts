import type { Logger } from '@molecule/adapters';
import type { TemporalConnection } from '../contract/connection.js';
import type { TurnBody } from '../contract/turn-body.js';
import type { LocalTurns } from '../local/local-turns.js';
import type { WrapperSettings } from '../settings/settings.js';

/** The server of a link, with all defaults filled in. */
export interface ServerAccess {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly connection: TemporalConnection;
  readonly encryptionKeys: readonly string[];
}

/** The worker of a link. */
export interface WorkerIdentity {
  readonly workspaceId: string;
  /** `<workspace>@<instance>/<boot>`. */
  readonly identity: string;
  /** `<workspace>@<instance>/`: the identities of all boots of this installation begin with it. */
  readonly instancePrefix: string;
  /** The build of Temporal's worker versioning. Default: no versioning. */
  readonly buildId?: string;
  /** Default: the bundle in this package. */
  readonly workflowBundlePath?: string;
}

/** What a link to Temporal is opened with. */
export interface LinkOptions {
  readonly server: ServerAccess;
  readonly worker: WorkerIdentity;
  readonly settings: WrapperSettings;
  readonly body: TurnBody;
  readonly turns: LocalTurns;
  /** True once the process has begun to stop. */
  readonly stopping: () => boolean;
  readonly logger: Logger;
}
