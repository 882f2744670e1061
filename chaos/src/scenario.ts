import { TaskState } from '@a2a-js/sdk';
import { until } from '@molecule/runtime/testing';
import type { AgentProcess } from './agent.ts';
import { ledgerFaults, readLedger } from './ledger.ts';
import type { Prompt, Subject } from './subjects/subject.ts';
import { TaskClient } from './task-client.ts';
import type { Temporal } from './temporal.ts';

export const MOMENTS = [
  'submitted',
  'queued',
  'mid-stream',
  'in a tool',
  'waiting for input',
  'mid-cancel',
  'computed, not saved',
  'in an outage',
  'first second',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** `all` is the server and every process below it, as a service manager stops it. */
export const BLOWS = [
  'kill -9 of server',
  'kill -9 of temporal',
  'kill -9 of both',
  'SIGTERM to server',
  'SIGTERM to all',
] as const;
export type Blow = (typeof BLOWS)[number];

/** Moments at which Temporal is already down. */
const WITH_AN_OUTAGE: readonly Moment[] = ['in an outage'];

/** True if this blow at this moment is a separate case for this engine. */
export function isCase(subject: Subject, moment: Moment, blow: Blow): boolean {
  if (moment === 'computed, not saved' && !subject.lingering) return false;
  if (moment === 'in a tool' && !subject.tooling) return false;
  return !(WITH_AN_OUTAGE.includes(moment) && (blow === 'kill -9 of temporal' || blow === 'kill -9 of both'));
}

/** Deadline for a moment. */
const MOMENT_MS = 30_000;

export interface Scene {
  readonly subject: Subject;
  readonly agent: AgentProcess;
  readonly temporal: Temporal;
  /** When each killed process died. */
  readonly deaths: Map<number, number>;
  /** When the client of each message received the end of its turn. */
  readonly overAt: Map<string, number>;
}

export interface ScenarioResult {
  readonly faults: readonly string[];
  /** How soon the turn ran again; undefined if it never stopped, or if there was nothing to run. */
  readonly recovery: Recovery | undefined;
}

/** Milliseconds until the interrupted turn ran again. */
export interface Recovery {
  readonly afterReady: number;
  readonly afterBlow: number;
}

/** A message, and the client that follows its task. */
interface Conversation {
  readonly client: TaskClient;
  readonly prompt: Prompt;
  readonly messageId: string;
  /** Resolves when the turn has ended, or to the error if it does not end. */
  readonly turn: Promise<unknown>;
}

/** Strikes at the moment, restarts what was killed, and checks what the clients received. */
export async function play(scene: Scene, moment: Moment, blow: Blow): Promise<ScenarioResult> {
  const { subject, agent, deaths, overAt } = scene;
  await agent.durable();
  await prepare(scene, moment);
  const prompt = promptFor(subject, moment);
  const first = begin(prompt, new TaskClient(agent.url));
  const { client } = first;
  const conversations = [first];
  if (moment === 'queued') {
    await reach(scene, 'submitted', first);
    const behind = new TaskClient(agent.url);
    behind.seen.contextId = client.seen.contextId;
    conversations.unshift(begin(prompt, behind));
  }
  await reach(scene, moment, conversations[0] ?? first);
  const canceled =
    moment === 'mid-cancel'
      ? client.cancel().then(
          () => true,
          () => false,
        )
      : undefined;
  const struckAt = Date.now();
  await strike(scene, blow);
  const acknowledged = await canceled;
  if (moment === 'mid-cancel' && !acknowledged) await client.cancel().catch(() => {});
  if (moment === 'waiting for input') await client.send(subject.asking.reply, crypto.randomUUID());
  const faults: string[] = [];
  for (const one of conversations.toReversed()) {
    const ended = await one.turn;
    overAt.set(one.messageId, Date.now());
    faults.push(...one.client.seen.faults);
    if (ended instanceof Error) faults.push(ended.message);
    faults.push(...(await judge(one.client, moment, one.prompt)));
  }
  if (subject.ledger) faults.push(...ledgerFaults(readLedger(subject.ledger), deaths, overAt));
  const interrupted = blow !== 'kill -9 of temporal' && moment !== 'waiting for input' && moment !== 'mid-cancel';
  return { faults, recovery: interrupted ? recoveryOf(agent, client.seen.taskId, struckAt) : undefined };
}

function begin(prompt: Prompt, client: TaskClient): Conversation {
  const messageId = crypto.randomUUID();
  const turn = client.send(prompt.text, messageId).catch((error: unknown) => error as Error);
  return { client, prompt, messageId, turn };
}

/** Prepares a moment, before the message is sent. */
async function prepare({ agent, temporal, deaths }: Scene, moment: Moment): Promise<void> {
  if (moment === 'in an outage') await temporal.kill();
  if (moment !== 'first second') return;
  const { pid } = agent;
  await agent.stop('SIGKILL');
  deaths.set(pid, Date.now());
  await agent.start();
}

/** Read from the agent's log. A turn can be resumed before or after the log line `ready`. */
function recoveryOf(agent: AgentProcess, taskId: string, struckAt: number): Recovery | undefined {
  const [begun, ready] = [agent.loggedAt('the turn begins', taskId), agent.loggedAt('ready')];
  if (begun === undefined || ready === undefined) return undefined;
  return { afterReady: Math.max(0, begun - ready), afterBlow: begun - struckAt };
}

function promptFor(subject: Subject, moment: Moment): Prompt {
  if (moment === 'waiting for input') return subject.asking;
  if (moment === 'computed, not saved') return subject.lingering ?? subject.long;
  if (moment === 'in an outage') return subject.longer;
  if (moment === 'in a tool') return subject.tooling ?? subject.long;
  return subject.long;
}

/** Waits for the moment. */
async function reach(
  { subject, temporal }: Scene,
  moment: Moment,
  { client, messageId }: Pick<Conversation, 'client' | 'messageId'>,
): Promise<void> {
  const { seen } = client;
  const speaks = () => [...seen.texts.values()].some((text) => text.length > 20);
  switch (moment) {
    case 'submitted':
    case 'queued':
    case 'first second':
      await until('the task to be accepted', () => seen.taskId !== '', MOMENT_MS);
      break;
    case 'mid-stream':
    case 'mid-cancel':
      await until('some text', speaks, MOMENT_MS);
      break;
    case 'in a tool':
      await until('the call of a tool', () => seen.events.has('tool-call'), MOMENT_MS);
      break;
    case 'in an outage':
      await until('some text', speaks, MOMENT_MS);
      // The turn began without Temporal; now Temporal returns.
      await temporal.start();
      break;
    case 'waiting for input':
      await until('the question', () => seen.state === TaskState.TASK_STATE_INPUT_REQUIRED, MOMENT_MS);
      break;
    case 'computed, not saved':
      await until('the computed answer', () => isComputed(subject, messageId), MOMENT_MS);
      break;
  }
}

function isComputed(subject: Subject, messageId: string): boolean {
  return readLedger(subject.ledger ?? '').some((line) => line.messageId === messageId && line.event === 'computed');
}

/** Strikes, and restarts what was killed. */
async function strike({ agent, temporal, deaths }: Scene, blow: Blow): Promise<void> {
  const server = blow !== 'kill -9 of temporal';
  if (server) {
    const { pid } = agent;
    await agent.stop(blow.startsWith('SIGTERM') ? 'SIGTERM' : 'SIGKILL', blow === 'SIGTERM to all');
    deaths.set(pid, Date.now());
  }
  if (blow === 'kill -9 of temporal' || blow === 'kill -9 of both') {
    await temporal.kill();
    await temporal.start();
  }
  if (server) await agent.start();
}

/** The client must have received the answer, and the server must have stored the same. */
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
    faults.push(`the client's text does not contain the answer: ${JSON.stringify(seen.slice(0, 120))}`);
  if (moment !== 'waiting for input' && seen !== prompt.answer)
    faults.push(`the client's text contains more than the answer: ${JSON.stringify(seen.slice(0, 300))}`);
  const kept = stored.artifacts
    .flatMap(({ parts }) => parts.map(({ content }) => String(content?.value ?? '')))
    .join('');
  if (kept !== seen) faults.push('the text stored by the server differs from the text that the client received');
  return faults;
}
