import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@molecule/runtime/testing';
import { readLedger } from '../ledger.ts';
import type { Prompt, Subject } from '../subjects/subject.ts';
import { Follower } from './follower.ts';
import type { Pair } from './pair.ts';

/** A moment in a turn of the first replica, at which it is struck. */
export const MOMENTS = [
  'accepted',
  'queued',
  'queued elsewhere',
  'claimed',
  'mid-stream',
  'read elsewhere',
  'in a tool',
  'waiting for input',
  'mid-cancel',
  'computed',
  'end not committed',
  'in an outage',
  'first second',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Deadline for a moment. */
const MOMENT_MS = 60_000;
/** The templates' turns are over within this time, but for what waits for the lock. */
const ANSWER_MS = 3_500;

/** A message, and the two clients that follow its task: the sender, and a reader at the second replica. */
export interface Conversation {
  readonly prompt: Prompt;
  readonly messageId: string;
  readonly sender: Follower;
  readonly reader: Follower;
  /** Resolves to the error if a client did not see the turn's end. */
  readonly sent: Promise<Error | undefined>;
  readonly read: Promise<Error | undefined>;
}

/** What goes on when the first replica is struck. */
export interface Scene {
  /** In the order in which they were accepted. */
  readonly conversations: readonly Conversation[];
  /** The one whose turn the first replica runs; undefined if none. */
  readonly running: Conversation | undefined;
  /** Ends what keeps the moment from passing, right after the blow. */
  passOn(): Promise<void>;
}

/** True if the moment exists for the engine. */
export function isMomentOf(subject: Subject, moment: Moment): boolean {
  if (moment === 'computed') return subject.lingering !== undefined;
  return moment !== 'in a tool' || subject.tooling !== undefined;
}

/** Brings the pair to the moment. */
export async function reach(pair: Pair, moment: Moment, kill: () => Promise<void>): Promise<Scene> {
  const { first, second, temporal } = pair;
  if (moment === 'in an outage') await temporal.kill();
  if (moment === 'first second') {
    await kill();
    await first.start();
  }
  if (moment === 'queued' || moment === 'queued elsewhere') {
    const ahead = await begin(pair, pair.subject.long, moment === 'queued' ? first.url : second.url);
    await until('the first turn to speak', () => speaks(ahead.sender), MOMENT_MS);
    const behind = await begin(pair, pair.subject.long, first.url, ahead.sender.contextId);
    return { conversations: [ahead, behind], running: moment === 'queued' ? ahead : undefined, passOn: async () => {} };
  }
  const conversation = await begin(pair, promptFor(pair.subject, moment), first.url);
  const passOn = await wait(pair, moment, conversation);
  const runs = moment !== 'waiting for input' && moment !== 'mid-cancel';
  return {
    conversations: [conversation],
    running: runs ? conversation : undefined,
    passOn: passOn ?? (async () => {}),
  };
}

/** Sends a message, and resolves once its task is accepted. */
async function begin(
  { subject, second }: Pair,
  prompt: Prompt,
  url: string,
  contextId?: string,
): Promise<Conversation> {
  const messageId = crypto.randomUUID();
  const [sender, reader] = [new Follower(url), new Follower(second.url)];
  // The model knows a conversation by it.
  const text = subject.model ? `${prompt.text} ${messageId}` : prompt.text;
  const outgoing = { text, messageId, ...(contextId !== undefined && { contextId }) };
  const sent = errorOf(sender.send(outgoing));
  await until('the task to be accepted', () => sender.taskId !== '', MOMENT_MS);
  return { prompt, messageId, sender, reader, sent, read: errorOf(reader.follow(sender.taskId)) };
}

function promptFor(subject: Subject, moment: Moment): Prompt {
  switch (moment) {
    case 'claimed':
      return subject.hesitant;
    case 'in a tool':
      return subject.tooling ?? subject.long;
    case 'waiting for input':
      return subject.asking;
    case 'computed':
      return subject.lingering ?? subject.long;
    case 'in an outage':
      return subject.longer;
    default:
      return subject.long;
  }
}

async function wait(pair: Pair, moment: Moment, { sender, reader, messageId }: Conversation) {
  const { subject, second, stored, temporal } = pair;
  switch (moment) {
    case 'claimed':
      await until('the claim', () => stored.isClaimed(sender.taskId), MOMENT_MS);
      break;
    case 'in a tool':
      await until('the call of a tool', () => sender.events.has('tool-call'), MOMENT_MS);
      break;
    case 'waiting for input':
      await until('the question', () => reader.hasEnded && sender.hasEnded, MOMENT_MS);
      break;
    case 'computed':
      await until('the computed answer', () => isComputed(subject, messageId), MOMENT_MS);
      break;
    case 'end not committed': {
      await until('some text', () => speaks(sender), MOMENT_MS);
      const lock = await stored.lock(sender.taskId);
      await sleep(ANSWER_MS);
      await lock.blocking();
      return lock.release;
    }
    case 'in an outage':
      await until('some text', () => speaks(sender), MOMENT_MS);
      await temporal.start();
      break;
    case 'read elsewhere':
      await until('some text', () => speaks(sender), MOMENT_MS);
      sender.moveTo(second.url);
      break;
    case 'mid-stream':
    case 'mid-cancel':
      await until('some text', () => speaks(sender), MOMENT_MS);
      break;
    default:
  }
  return undefined;
}

function speaks({ text }: Follower): boolean {
  return text.length > 20;
}

function isComputed({ ledger = '' }: Subject, messageId: string): boolean {
  return readLedger(ledger).some((line) => line.messageId === messageId && line.event === 'computed');
}

function errorOf(turn: Promise<void>): Promise<Error | undefined> {
  return turn.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
}
