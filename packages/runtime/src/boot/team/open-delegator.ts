import type { Platform } from '../../platform/open-platform.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { TaskStore } from '../../tasks/task-store.js';
import { SharedContext } from '../../team/coordinator/shared-context.js';
import { Delegator } from '../../team/delegation/delegator.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import type { LateAnswerInbox } from '../../team/own-messages/late-answer-inbox.js';
import type { WorkspaceDefinition } from '../open-workspace.js';

/** What delegations are made with. */
export interface DelegatorParts {
  readonly store: TaskStore;
  readonly directory: PeerDirectory;
  readonly inbox: LateAnswerInbox;
  /** Undefined: the workspace belongs to no platform. */
  readonly platform: Platform | undefined;
}

/** Delegation as `config.yaml` configures it. It starts nothing: {@link Delegator.start} does. */
export async function openDelegator(
  { config, settings, logger }: WorkspaceDefinition,
  { store, directory, inbox, platform }: DelegatorParts,
  steps: ShutdownSteps,
): Promise<Delegator> {
  const shared = new SharedContext(config.configDir, config.sharedContext, logger);
  // Logs now what is wrong with the shared files, instead of at the first delegation.
  if (config.subWorkspaces.length > 0) await shared.read();
  const delegator = new Delegator({
    store: store.team.delegations,
    log: store.log,
    boots: store.boots,
    peers: {
      ownId: settings.workspaceId,
      directory,
      ...(platform && {
        throughPlatform: (peerId) => platform.peer(peerId),
        routed: (peerId, url, direct) => platform.routedPeer(peerId, url, direct),
      }),
    },
    sharedFiles: () => shared.read(),
    policy: {
      attempts: config.delegation.retryAttempts,
      delayMs: config.delegation.retryDelay * 1000,
      timeoutMs: config.delegation.timeout * 1000,
    },
    onLateAnswer: (delegation) => inbox.deliver(delegation),
    logger,
  });
  steps.add('delegations', () => delegator.stop());
  return delegator;
}
