import { shareLimits } from '../execution/admission/limit-parts.js';
import { StepFiles } from '../execution/attempts/step-files.js';
import { type Execution, openExecution } from '../execution/durable/open-execution.js';
import { ExpiredQuestions } from '../execution/expiry/expired-questions.js';
import { WokenTurns } from '../execution/expiry/woken-turns.js';
import { MessageAcceptor } from '../execution/intake/message-acceptor.js';
import { MessageFiles } from '../execution/intake/message-files.js';
import { Abandoner } from '../execution/recovery/abandoner.js';
import { startRecovery } from '../execution/recovery/recover-tasks.js';
import { TurnRunner } from '../execution/turns/turn-runner.js';
import { withdrawQuestions } from '../execution/turns/withdraw-questions.js';
import { monotonicClock, wallClock } from '../support/clock.js';
import type { ShutdownSteps } from '../support/shutdown-steps.js';
import { type ConsolePages, hasConsole } from './console-pages.js';
import type { Agent } from './open-agent.js';
import { openRetention } from './open-retention.js';

/** How an agent's turns are accepted, run and recovered. */
export interface Turns {
  readonly acceptor: MessageAcceptor;
  readonly runner: TurnRunner;
  readonly execution: Execution;
  /** Finds the turns that earlier processes left unfinished, now and from time to time. */
  recover(): Promise<void>;
  /**
   * Refuses new messages, or leaves their turns to the other processes of the workspace if there are any. Waits for the turns that run.
   * After `graceMs` they are aborted or handed over.
   */
  drain(graceMs: number): Promise<void>;
}

/** Prepares the turns of an agent. Nothing is accepted, linked to Temporal or recovered yet. */
export async function openTurns(agent: Agent, pages: ConsolePages, steps: ShutdownSteps): Promise<Turns> {
  const { workspace, adapter, engine, team, model } = agent;
  const { log, blobs, boots, sharedId } = agent.store;
  const { options, config, settings, logger } = workspace;
  const identity = { agentName: config.name, engine: adapter.name };
  const isRunning = (taskId: string) => runner.isRunning(taskId);
  const repeatableTurns = adapter.repeatableTurns ?? false;
  let leavesUnfinished = repeatableTurns;
  const abandoner = new Abandoner({ log, engine, boots, isRunning, logger });
  abandoner.start();
  steps.add('abandoned work', () => abandoner.stop());
  // Whatever the steps before wait for: a write that waits for the storage to be usable must not hold up the end of the process.
  steps.add('waits for storage', () => log.giveUp());
  const runner = new TurnRunner({
    log,
    boots,
    engine,
    rules: {
      limits: { idleMs: settings.turnIdleTimeoutMs, totalMs: settings.turnTimeoutMs },
      queue: settings.queueLimits,
      retry: settings.retry,
      leavesUnfinished: () => leavesUnfinished,
      stepFiles: new StepFiles(blobs),
    },
    identity,
    logger,
    observers: team.observers,
    conversations: {
      async withdrawQuestions(newer) {
        if (await withdrawQuestions(log, newer)) await abandoner.release();
      },
      whenRefused: (refused) => forgetter.beforeTurn(refused),
    },
  });
  const { forgetter, retention } = openRetention(agent, {
    whenIdle: (conversation) => runner.whenIdle(conversation),
    keepsSteps: hasConsole(pages),
  });
  const { environment, dev = false } = options;
  const execution = await openExecution({ settings, environment, dev, runner, log, storeId: sharedId, logger }, steps);
  leavesUnfinished ||= execution.wantsDurable;
  const { dispatcher } = execution;
  const own = { id: settings.workspaceId, model };
  const acceptor = new MessageAcceptor({
    log,
    runner,
    dispatcher,
    workspace: { ...own, identity },
    files: new MessageFiles(settings.incomingFiles, blobs),
    logger,
  });
  const woken = new WokenTurns({ log, runner, dispatcher, logger });
  const expired = new ExpiredQuestions({ log, runner, dispatcher, workspace: own, logger });
  let recovery: { stop(): void } | undefined;
  return {
    acceptor,
    runner,
    execution,
    async recover() {
      const limits = { queue: runner.queue, limits: settings.queueLimits, boots, clock: wallClock, logger };
      steps.add('limits of turns', await shareLimits(limits));
      recovery = await startRecovery({ log, dispatcher, boots, isRunning, repeatableTurns, execution, logger });
      steps.add('recovery', () => recovery?.stop());
      woken.start();
      steps.add('turns that were put away', () => woken.stop());
      expired.start();
      steps.add('expired questions', () => expired.stop());
      retention.start();
      steps.add('retention', () => retention.stop());
    },
    async drain(graceMs) {
      // After the grace, and when no turn is left, work that waits for storage is given up: the next process finds the turns. This comes
      // first, because all that follows may wait for the storage.
      const hurry = setTimeout(() => log.giveUp(), graceMs);
      const since = monotonicClock.now();
      const others = (await boots.count()) > 1;
      acceptor.stop(others);
      await Promise.all([expired.stop(), woken.stop()]);
      recovery?.stop();
      await execution.drain(Math.max(0, graceMs - (monotonicClock.now() - since)), others);
      clearTimeout(hurry);
      log.giveUp();
    },
  };
}
