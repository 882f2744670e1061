import type { Logger } from '@molecule/adapters';
import type { TemporalServer } from '../contract/connection.js';
import type { WrapperStatus } from '../contract/status.js';
import type { TurnBody } from '../contract/turn-body.js';
import type { WrapperSettings } from '../settings/settings.js';

/** Options of a {@link TemporalWorkflowWrapper}. */
export interface WrapperOptions {
  readonly workspaceId: string;
  /**
   * Id of this installation of the workspace. It must be the same after each restart (keep it in the state directory) and differ
   * between two processes that run at once: after a restart the process resumes at once the turns that it ran before.
   */
  readonly instanceId: string;
  readonly body: TurnBody;
  readonly logger: Logger;
  readonly server?: TemporalServer;
  readonly settings?: Partial<WrapperSettings>;
  /** Called on each change of state; must not throw. */
  readonly onStateChange?: (status: WrapperStatus) => void;
  /** Path of the workflow bundle, for programs that are packed into one file. Default: the one in this package. */
  readonly workflowBundlePath?: string;
}
