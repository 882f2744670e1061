import { TaskState } from '@a2a-js/sdk';
import type { AgentProcess } from './agent.ts';
import { ledgerFaults, readLedger } from './ledger.ts';
import type { Prompt, Subject } from './subjects/subject.ts';
import { TaskClient } from './task-client.ts';
import type { Temporal } from './temporal.ts';
import { waitFor } from './wait-for.ts';

export const MOMENTS = ['submitted', 'mid-stream', 'waiting for input', 'mid-cancel', 'computed, not saved'] as const;
export type Moment = (typeof MOMENTS)[number];

export const VICTIMS = ['server', 'temporal', 'both'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Scene {
  readonly subject: Subject;
  readonly agent: AgentProcess;
  readonly temporal: Temporal;
  /** When each killed process died. */
  readonly deaths: Map<number, number>;
  /** When the turn of each message was over, as its client saw it. */
  readonly overAt: Map<string, number>;
}

export interface ScenarioResult {
  readonly faults: readonly string[];
  /** How soon the turn ran again; undefined: it never stopped, or nothing was to run. */
  readonly recovery: Recovery | undefined;
}

/** Milliseconds until the killed turn ran again. */
export interface Recovery {
  readonly afterReady: number;
  readonly afterKill: number;
}

/** Kills the victim at the moment, restarts it, and looks at what the client got. */
export async function play(scene: Scene, moment: Moment, victim: Victim): Promise<ScenarioResult> {
  const { subject, agent, deaths, overAt } = scene;
  await agent.durable();
  const client = new TaskClient(agent.url);
  const messageId = crypto.randomUUID();
  const prompt = promptFor(subject, moment);
  const turn = client.send(prompt.text, messageId).catch((error: unknown) => error as Error);
  await reach(scene, moment, client, messageId);
  const canceled =
    moment === 'mid-cancel'
      ? client.cancel().then(
          () => true,
          () => false,
        )
      : undefined;
  const killedAt = Date.now();
  await strike(scene, victim);
  const acknowledged = await canceled;
  if (moment === 'mid-cancel' && !acknowledged) await client.cancel().catch(() => {});
  if (moment === 'waiting for input') await client.send(subject.asking.reply, crypto.randomUUID());
  const ended = await turn;
  overAt.set(messageId, Date.now());
  const faults = [...client.seen.faults];
  if (ended instanceof Error) faults.push(ended.message);
  faults.push(...(await judge(client, moment, prompt)));
  if (subject.ledger) faults.push(...ledgerFaults(readLedger(subject.ledger), deaths, overAt));
  const interrupted = victim !== 'temporal' && moment !== 'waiting for input' && moment !== 'mid-cancel';
  return { faults, recovery: interrupted ? recoveryOf(agent, client.seen.taskId, killedAt) : undefined };
}

/** By the agent's own log: a turn is taken up before the process says that it is ready, or after. */
function recoveryOf(agent: AgentProcess, taskId: string, killedAt: number): Recovery | undefined {
  const [begun, ready] = [agent.saidAt('llm_call begins', taskId), agent.saidAt('ready')];
  if (begun === undefined || ready === undefined) return undefined;
  return { afterReady: Math.max(0, begun - ready), afterKill: begun - killedAt };
}

function promptFor(subject: Subject, moment: Moment): Prompt {
  if (moment === 'waiting for input') return subject.asking;
  if (moment === 'computed, not saved') return subject.lingering ?? subject.long;
  return subject.long;
}

/** Waits for the moment. */
async function reach({ subject }: Scene, moment: Moment, client: TaskClient, messageId: string): Promise<void> {
  switch (moment) {
    case 'submitted':
      return waitFor('the task to be accepted', () => client.seen.taskId !== '', 30_000);
    case 'mid-stream':
    case 'mid-cancel':
      return waitFor('some text', () => [...client.seen.texts.values()].some((text) => text.length > 20), 30_000);
    case 'waiting for input':
      return waitFor('the question', () => client.seen.state === TaskState.TASK_STATE_INPUT_REQUIRED, 30_000);
    case 'computed, not saved':
      return waitFor('the computed answer', () => isComputed(subject, messageId), 30_000);
  }
}

function isComputed(subject: Subject, messageId: string): boolean {
  return readLedger(subject.ledger ?? '').some((line) => line.messageId === messageId && line.event === 'computed');
}

/** Kills and restarts. */
async function strike({ agent, temporal, deaths }: Scene, victim: Victim): Promise<void> {
  if (victim !== 'temporal') {
    const { pid } = agent;
    await agent.stop('SIGKILL');
    deaths.set(pid, Date.now());
  }
  if (victim !== 'server') {
    await temporal.kill();
    await temporal.start();
  }
  if (victim !== 'temporal') await agent.start();
}

/** What the client holds must be the answer, and what the server holds must be the same. */
async function judge(client: TaskClient, moment: Moment, prompt: Prompt): Promise<string[]> {
  const faults: string[] = [];
  const stored = await client.get();
  const state = stored.status?.state;
  const isCancel = moment === 'mid-cancel';
  const wanted = isCancel ? TaskState.TASK_STATE_CANCELED : TaskState.TASK_STATE_COMPLETED;
  if (state !== wanted) {
    const reason = stored.status?.message?.parts.map(({ content }) => content?.value).join(' ');
    faults.push(`the task is ${TaskState[state ?? 0]}, not ${TaskState[wanted]}${reason ? `: ${reason}` : ''}`);
  }
  if (isCancel) return faults;
  const seen = [...client.seen.texts.values()].join('');
  if (!seen.includes(prompt.answer))
    faults.push(`the client's text is not the answer: ${JSON.stringify(seen.slice(0, 120))}`);
  if (moment !== 'waiting for input' && seen !== prompt.answer)
    faults.push(`the client's text holds more than the answer: ${JSON.stringify(seen.slice(0, 300))}`);
  const kept = stored.artifacts
    .flatMap(({ parts }) => parts.map(({ content }) => String(content?.value ?? '')))
    .join('');
  if (kept !== seen) faults.push('what the server stored differs from what the client saw');
  return faults;
}
