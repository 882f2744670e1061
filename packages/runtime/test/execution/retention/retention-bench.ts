import { type AgentEngine, silentLogger, type Turn, type TurnEvent } from '@molecule/adapters';
import { BatchPace } from '../../../src/execution/retention/batch-pace.js';
import { Forgetter } from '../../../src/execution/retention/forgetter.js';
import { Retention } from '../../../src/execution/retention/retention.js';
import { TurnRunner } from '../../../src/execution/turns/turn-runner.js';
import type { RetentionSettings } from '../../../src/settings/environment/runtime-settings.js';
import type { Clock } from '../../../src/support/clock.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { queueLimits } from '../../support/queue-limits.js';
import { newTask } from '../../tasks/log/open-log.js';

export const DAY = 86_400_000;
const NEVER = Number.POSITIVE_INFINITY;

/** The time of day, which a test can advance. Its alarms come at once, so that every wait is short. */
export class AdvancedClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(_ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, 2);
    return () => clearTimeout(timer);
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}

/** An engine that remembers what was said in each context until it forgets it, and answers with all of it. */
export class RememberingEngine implements AgentEngine {
  /** What happened, in order: `turn <context>` and `forget <context>`. */
  readonly calls: string[] = [];
  readonly #said: Map<string, string[]>;
  /** Called for each `forget`, before anything is deleted. */
  onForget: (contextId: string) => Promise<void> = async () => {};
  /** How long the turn with the text `long work` takes. An abort does not end it. */
  onTurn: () => Promise<void> = async () => {};

  constructor(said = new Map<string, string[]>()) {
    this.#said = said;
  }

  async *runTurn(turn: Turn): AsyncGenerator<TurnEvent> {
    this.calls.push(`turn ${turn.contextId}`);
    const said = this.#said.get(turn.contextId) ?? [];
    const { text } = turn.kind === 'continue' ? turn.original : turn;
    said.push(text);
    this.#said.set(turn.contextId, said);
    if (text === 'long work') await this.onTurn();
    yield { type: 'finish', text: said.join(' ') };
  }

  async forget(contextId: string): Promise<void> {
    this.calls.push(`forget ${contextId}`);
    await this.onForget(contextId);
    this.#said.delete(contextId);
  }
}

export interface RetentionProcessOptions {
  readonly engine: AgentEngine;
  readonly clock: Clock;
  readonly ages?: Partial<RetentionSettings>;
}

/** One process of a workspace: its turns and its retention, which is not started yet. */
export interface RetentionProcess {
  readonly log: TaskLog;
  readonly retention: Retention;
  readonly forgetter: Forgetter;
  /** Accepts a message, runs its turn and returns its answer. */
  say(text: string, contextId: string, owner?: string): Promise<string>;
  /** Accepts a message, and returns its task's id. */
  accept(text: string, contextId: string, owner?: string): Promise<string>;
  run(taskId: string): Promise<string>;
}

export function retentionProcess(store: TaskStore, options: RetentionProcessOptions): RetentionProcess {
  const { log, boots } = store;
  const { engine, clock } = options;
  const files = { removeFiles: async () => {}, removeAll: async () => {}, removeOfConversation: async () => {} };
  const common = { files, pace: new BatchPace(), clock, logger: silentLogger };
  const forgetter = new Forgetter({ ...common, log, boots, engine, whenIdle: (each) => runner.whenIdle(each) });
  const ages = { tasksMs: NEVER, conversationsMs: NEVER, filesMs: NEVER, eventsMs: NEVER, ...options.ages };
  const runner = new TurnRunner({
    log,
    boots,
    engine,
    rules: {
      limits: { idleMs: 600_000, totalMs: DAY },
      queue: queueLimits(),
      retry: { attempts: 1, initialMs: 1, maxMs: 1, longestRetryAfterMs: 1 },
      leavesUnfinished: () => false,
    },
    identity: { agentName: 'test', engine: 'test' },
    logger: silentLogger,
    conversations: { withdrawQuestions: async () => {}, whenRefused: (refused) => forgetter.beforeTurn(refused) },
  });
  const accept = async (text: string, contextId: string, owner = 'ann') => {
    const { task, input, key } = newTask(crypto.randomUUID());
    await log.create({
      task: { ...task, contextId },
      input: { ...input, contextId, userInput: text },
      key: { ...key, owner, contextKey: contextId },
      runner: boots.id,
    });
    return task.id;
  };
  const run = async (taskId: string) => {
    const outcome = await runner.run(taskId, 1, { durable: false });
    if (outcome.kind !== 'completed') throw new Error(`the turn ended as ${outcome.kind}`);
    return outcome.finalText;
  };
  return {
    log,
    forgetter,
    retention: new Retention({ ...common, store, ages, keepsSteps: false, forgetter }),
    accept,
    run,
    say: async (...words) => run(await accept(...words)),
  };
}
