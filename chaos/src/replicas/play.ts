import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@molecule/runtime/testing';
import type { LedgerLine } from '../ledger.ts';
import type { Blow } from './blows.ts';
import { Follower } from './follower.ts';
import { judge } from './judge.ts';
import { type Moment, reach, type Scene } from './moments.ts';
import { type Fates, overlapsIn } from './overlaps.ts';
import type { Pair } from './pair.ts';
import { changesOf } from './stored-tasks.ts';
import { workIn } from './work-lines.ts';

const SERVES_MS = 60_000;
const STOPS_MS = 10_000;
/** What a supervisor should allow a stop (docs/deployment.md), and some more for a busy machine. */
const STOP_MS = 40_000;

/** Moments after which the engine may have its answer already, and asks nothing more. */
const NEARLY_DONE: readonly Moment[] = ['in a tool', 'computed', 'end not committed'];

/** What came of a blow at a moment. */
export interface Played {
  readonly faults: readonly string[];
  /** Milliseconds from the blow until the second replica ran the turn; undefined if it did not, or there was none. */
  readonly takeoverMs: number | undefined;
  /** Milliseconds from the end of the blow until the first replica has answered a message; undefined if it did not. */
  readonly servesMs: number | undefined;
  /** Where the logs of both replicas are, of a case with a fault or a slow takeover. */
  readonly logs?: string;
}

/** What the matrix knows of its pair. */
export interface History extends Fates {
  readonly deaths: Map<number, number>;
  readonly standstills: { pid: number; from: number; to: number }[];
  /** What the database held of each task when its client had the end. */
  readonly ended: Map<string, readonly string[]>;
}

/** Strikes the first replica at a moment, and judges what the clients received. Afterwards both replicas run. */
export async function play(pair: Pair, moment: Moment, blow: Blow, history: History): Promise<Played> {
  const { first, second, stored } = pair;
  await Promise.all([first.durable(), second.durable()]);
  for (const agent of [first, second]) agent.mark();
  const { pid } = first;
  const scene = await reach(pair, moment, async () => {
    await first.stop('SIGKILL');
    history.deaths.set(pid, Date.now());
  });
  const struck = first.pid;
  const canceled = moment === 'mid-cancel' ? scene.conversations[0]?.sender.cancel() : undefined;
  const struckAt = Date.now();
  const striking = blow.strike(pair).then(() => Date.now());
  if (blow.survives) await striking;
  const standsStillAt = Date.now();
  await scene.passOn();
  await answer(pair, moment, blow, scene);
  const struckUntil = await striking;
  if (!blow.survives) history.deaths.set(struck, struckUntil);
  const tookMs = struckUntil - struckAt;
  const faults: string[] = tookMs > STOP_MS ? [`the stop took ${tookMs} ms`] : [];
  for (const { reader, read } of scene.conversations) {
    const error = await read;
    if (error) continue;
    if (reader.breaks > 0 && !isTwoTurns(moment))
      faults.push(`the stream at the second replica broke ${reader.breaks} times`);
    history.ended.set(reader.taskId, await stored.contentOf(reader.taskId));
  }
  const ends = scene.conversations.map(({ reader }) => reader.endedAt);
  if (ends.some((at, index) => at < (ends[index - 1] ?? 0))) faults.push('the turns ended in another order');
  if (blow.survives) await sleep(Math.max(0, blow.awayMs - (Date.now() - struckAt)));
  const healedAt = Date.now();
  if (blow.freezes) history.standstills.push({ pid: struck, from: standsStillAt, to: healedAt });
  await blow.heal(pair);
  if (!blow.survives) await first.start();
  await canceled;
  const refused = await serves(pair);
  faults.push(...refused);
  const servesMs = refused.length === 0 ? Date.now() - healedAt : undefined;
  for (const conversation of scene.conversations) faults.push(...(await judge(conversation, moment, [first, second])));
  const stops = () => hasStopped(workIn(pair, scene, struck), struck);
  if (blow.survives) {
    await until('the struck engine to stop', stops, STOPS_MS).catch((error: unknown) =>
      faults.push((error as Error).message),
    );
  }
  faults.push(...(await changed(pair, history)));
  const work = workIn(pair, scene, struck);
  faults.push(...overlapsIn(work, history));
  const begunAt = scene.running && second.loggedAt('the turn begins', scene.running.sender.taskId);
  if (begunAt !== undefined && !blow.loses) faults.push('the other replica ran a turn that was not lost');
  const mustWork = begunAt !== undefined && !NEARLY_DONE.includes(moment);
  if (mustWork && !work.some((line) => line.pid === second.pid)) faults.push('no work of the other replica was seen');
  return { faults, takeoverMs: begunAt === undefined ? undefined : begunAt - struckAt, servesMs };
}

/** What the clients do once the replica was struck. */
async function answer({ subject, second }: Pair, moment: Moment, blow: Blow, { conversations }: Scene): Promise<void> {
  const [conversation] = conversations;
  // Clients at a replica that has ended come to the other one.
  if (!blow.survives) for (const { sender } of conversations) sender.moveTo(second.url);
  if (!conversation) return;
  const { sender } = conversation;
  if (moment === 'mid-cancel') await until('the cancel', () => sender.cancel(second.url), SERVES_MS);
  if (moment !== 'waiting for input') return;
  sender.moveTo(second.url);
  const { taskId, contextId } = sender;
  await sender.send({ text: subject.asking.reply, messageId: crypto.randomUUID(), taskId, contextId });
}

function isTwoTurns(moment: Moment): boolean {
  return moment === 'waiting for input';
}

/** The first replica accepts a message again, and answers it. */
async function serves({ first, subject }: Pair): Promise<string[]> {
  const client = new Follower(first.url);
  const deadline = setTimeout(() => client.close(), SERVES_MS);
  try {
    await client.send({ text: subject.short.text, messageId: crypto.randomUUID() });
  } catch (error) {
    return [`the first replica did not serve again: ${(error as Error).message}`];
  } finally {
    clearTimeout(deadline);
  }
  if (client.text === subject.short.answer && client.faults.length === 0) return [];
  return [
    `the first replica answered ${JSON.stringify(client.text)} (${client.state}) after it came back`,
    ...client.faults,
  ];
}

/** Tasks that were written after their end. */
async function changed({ stored }: Pair, { ended }: History): Promise<string[]> {
  const faults: string[] = [];
  for (const [taskId, content] of ended) {
    const changes = changesOf(content, await stored.contentOf(taskId));
    if (changes.length === 0) continue;
    faults.push(`task ${taskId} was changed after its end: ${changes.join('; ')}`);
    ended.delete(taskId);
  }
  return faults;
}

/** No work of the process that was struck is left open. */
function hasStopped(lines: readonly LedgerLine[], pid: number): boolean {
  const count = (event: string) => lines.filter((line) => line.pid === pid && line.event === event).length;
  return count('begin') === count('end');
}
