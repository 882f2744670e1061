import type { AgentEngine, Logger } from '@molecule/adapters';
import type { RetrySettings } from '../../settings/environment/runtime-settings.js';
import type { TaskReader } from '../../tasks/log/task-reader.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnRecorder } from '../recording/turn-recorder.js';
import type { StepFiles } from './step-files.js';
import type { TurnClock } from './turn-clock.js';

/** What follows a failed attempt: another one, here or in another process. */
export interface AttemptPolicy {
  readonly retry: RetrySettings;
  /** True once the process was asked to stop. */
  stopping(): boolean;
  /**
   * True if recovery resumes a turn that the end of this process interrupts: shutdown then leaves the turn unfinished, as a
   * kill does. Read when the process stops, because it may change while the turn runs.
   */
  leavesUnfinished(): boolean;
}

/** What the durable steps of a turn need. */
export interface StepSettings {
  readonly reader: Pick<TaskReader, 'steps' | 'conversation'>;
  readonly files: StepFiles | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything that a claimed turn runs with, from its claim to the engine. */
export interface TurnContext {
  readonly engine: AgentEngine;
  /** The claim. */
  readonly writer: TaskWriter;
  readonly recorder: TurnRecorder;
  readonly clock: TurnClock;
  readonly steps: StepSettings;
  /** Aborted with an `AbortReason`. */
  readonly signal: AbortSignal;
  readonly policy: AttemptPolicy;
  readonly logger: Logger;
  /** Called if the engine does not stop in time after an abort; `stopped` resolves when it has. */
  readonly onStuck: (stopped: Promise<void>) => void;
}
