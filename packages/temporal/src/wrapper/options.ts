import type { Logger } from '@molecule/adapters';
import type { TemporalConnection } from '../contract/connection.js';
import type { WrapperStatus } from '../contract/status.js';
import type { TaskBody } from '../contract/task-body.js';
import type { TemporalSettings } from '../settings/settings.js';

/** What a {@link TemporalWorkflowWrapper} is made from. */
export interface WrapperOptions {
  readonly workspaceId: string;
  /**
   * Names this installation of the workspace, the same after each restart (keep it in the state directory), and never
   * the same for two processes that run at once: a restarted process takes up at once what its earlier life left.
   */
  readonly instanceId: string;
  readonly body: TaskBody;
  readonly logger: Logger;
  /** `host:port` of Temporal. Default `localhost:7233`. */
  readonly host?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** TLS, API key and headers; {@link readTemporalEnvironment} makes it from Temporal's own environment variables. */
  readonly connection?: TemporalConnection;
  readonly settings?: Partial<TemporalSettings>;
  /**
   * Secrets of at least 16 characters. What goes into Temporal's history is encrypted with the first; all of them can
   * decrypt. To rotate: put the new one in front, and drop the old one when the retention time of the namespace is over.
   */
  readonly encryptionKeys?: readonly string[];
  /** Ids of the tasks that the task log holds unfinished: a better list for the recovery at boot than Temporal's index. */
  readonly unfinished?: () => Promise<readonly string[]>;
  /** Called on each change of state; must not throw. */
  readonly onStateChange?: (status: WrapperStatus) => void;
  /** Address of Temporal's web interface, to be told in {@link WrapperStatus}. */
  readonly uiUrl?: string;
  /**
   * Where the workflow bundle lies. Default: the one that this package ships, beside its own code. For programs that are
   * packed into one file.
   */
  readonly workflowBundlePath?: string;
}
