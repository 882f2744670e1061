import type { AgentEngine, Logger } from '@molecule/adapters';
import type { QueueLimits, RetrySettings } from '../../settings/environment/runtime-settings.js';
import type { Clock } from '../../support/clock.js';
import type { Boots } from '../../tasks/boots.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TurnObserver } from '../../tasks/turn-observer.js';
import type { StepFiles } from '../attempts/step-files.js';
import type { TurnLimits } from '../attempts/turn-clock.js';
import type { TurnIdentityAttributes } from './turn-attributes.js';

/** How a process runs its turns. */
export interface TurnRules {
  /** How long a turn may take; its wait for its lane and its slot does not count. */
  readonly limits: TurnLimits;
  /** How many turns may run and wait. */
  readonly queue: QueueLimits;
  readonly retry: RetrySettings;
  /**
   * True if recovery resumes a turn that the end of this process interrupts. Read when the process stops. True in a workspace
   * that wants Temporal, connected or not, and if the adapter's turns may be repeated.
   */
  readonly leavesUnfinished: () => boolean;
  /** Measures `limits`. Default: a monotonic clock, because a machine's time of day may jump. */
  readonly clock?: Clock;
  /** Files of durable steps. Default: there are none, so that results of any size are stored inline. */
  readonly stepFiles?: StepFiles;
  /** Milliseconds since 1970, for sleeps. Default: the time of day. */
  readonly now?: () => number;
}

/** What is done in a conversation before one of its turns begins, in the turn's lane. */
export interface ConversationHooks {
  /** Ends the open questions of the context before the engine gets a new message. */
  withdrawQuestions(newer: TaskHead): Promise<void>;
  /** Called if a turn could not be claimed: if its conversation is being forgotten, resolves when that may be over. */
  whenRefused(refused: TaskHead): Promise<void>;
}

/** What all turns of a process have in common. */
export interface TurnEnvironment {
  readonly log: TaskLog;
  readonly boots: Pick<Boots, 'id' | 'isAlive' | 'onLost'>;
  readonly engine: AgentEngine;
  readonly rules: TurnRules;
  /** The workspace's span attributes. */
  readonly identity: TurnIdentityAttributes;
  readonly logger: Logger;
  readonly observers?: readonly TurnObserver[];
  readonly conversations?: ConversationHooks;
}
