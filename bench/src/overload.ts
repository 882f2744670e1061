import { setTimeout as sleep } from 'node:timers/promises';
import { limitConnections, sendMessage } from './client.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { startServer } from './server-process.ts';
import { quantile, round } from './statistics.ts';

const SLOTS = 20;
const SECONDS = 8;
const TIMES = 10;
const CONNECTIONS = 1_000;
/** How long a refusal may take. */
const REFUSED_MS = 50;

interface Load {
  /** What each message asks for. */
  readonly text: string;
  readonly what: string;
  /** The number of messages for each slot with which the capacity is measured. */
  readonly rounds: number;
}

const LOADS: readonly Load[] = [
  { text: 'wait 500', what: '500 ms each, limited by slots', rounds: 10 },
  { text: 'hello', what: 'no work, limited by the CPU', rounds: 100 },
];

interface Measured {
  /** Milliseconds of each message. */
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /** CPU time of the server for each message. */
  readonly cpuMs: number;
}

/** Messages at ten times the load that a server can carry, compared with 0.8 of it. */
export async function overload(): Promise<Finding[]> {
  const findings: Finding[] = [];
  limitConnections(CONNECTIONS);
  for (const { text, what, rounds } of LOADS) {
    const environment = { MOLECULE_MAX_TURNS: String(SLOTS), MOLECULE_MAX_QUEUE: String(SLOTS) };
    await using server = await startServer({ name: 'molecule', environment });
    const capacity = await capacityOf(server.url, text, rounds);
    const measure = async (times: number): Promise<Measured> => {
      const cpuBefore = await server.cpuMs();
      const { accepted, refused } = await arrivals(server.url, text, capacity * times);
      const cpu = (await server.cpuMs()) - cpuBefore;
      return { accepted, refused, cpuMs: cpu / (accepted.length + refused.length) };
    };
    const calm = await measure(0.8);
    const full = await measure(TIMES);
    findings.push(...compare(what, capacity, calm, full));
  }
  limitConnections(Number.POSITIVE_INFINITY);
  return findings;
}

function compare(what: string, capacity: number, calm: Measured, full: Measured): Finding[] {
  const p99 = { calm: quantile(calm.accepted, 0.99), full: quantile(full.accepted, 0.99) };
  const refused = quantile(full.refused, 0.99);
  const goodput = full.accepted.length / SECONDS;
  return [
    {
      what: `${what}: p99 of accepted messages`,
      ours: `${round(p99.full, 0)} ms at ${TIMES} times`,
      theirs: `${round(p99.calm, 0)} ms at 0.8 of ${round(capacity, 0)} a second`,
      ratio: p99.full / p99.calm,
      aim: 'at most 2',
      met: p99.full <= 2 * p99.calm,
    },
    {
      what: `${what}: p99 of refusals`,
      ours: `${round(refused, 1)} ms (${full.refused.length})`,
      theirs: `${REFUSED_MS} ms`,
      ratio: refused / REFUSED_MS,
      aim: 'at most 1',
      met: refused <= REFUSED_MS,
    },
    {
      what: `${what}: messages accepted`,
      ours: `${round(goodput, 0)} a second`,
      theirs: `${round(capacity, 0)} a second at full load`,
      ratio: goodput / capacity,
      aim: 'reported only',
      met: true,
    },
    {
      what: `${what}: CPU of the server for each message`,
      ours: `${round(full.cpuMs)} ms`,
      theirs: `${round(calm.cpuMs)} ms, all accepted`,
      ratio: full.cpuMs / calm.cpuMs,
      aim: 'reported only',
      met: true,
    },
  ];
}

/** Messages a second if each slot gets its next message at once. */
async function capacityOf(url: string, text: string, rounds: number): Promise<number> {
  const count = SLOTS * rounds;
  await timeOfLoad(count / 2, SLOTS, () => sendMessage(url, text));
  return (count * 1_000) / (await timeOfLoad(count, SLOTS, () => sendMessage(url, text)));
}

/** Sends messages at random times (Poisson), whether or not earlier ones have been answered. */
async function arrivals(url: string, text: string, aSecond: number): Promise<Pick<Measured, 'accepted' | 'refused'>> {
  const accepted: number[] = [];
  const refused: number[] = [];
  let broken = 0;
  const send = async () => {
    const begun = performance.now();
    try {
      await sendMessage(url, text);
      accepted.push(performance.now() - begun);
    } catch (error) {
      if (String(error).includes('Too many messages wait')) refused.push(performance.now() - begun);
      else if (broken++ === 0) console.error(`A message at ${Math.round(aSecond)} a second met another error.`, error);
    }
  };
  const sent: Promise<void>[] = [];
  const begun = performance.now();
  for (let due = 0; due < SECONDS * 1_000; due += (-Math.log(1 - Math.random()) * 1_000) / aSecond) {
    const early = due - (performance.now() - begun);
    if (early > 1) await sleep(early);
    sent.push(send());
  }
  await Promise.all(sent);
  if (broken > 0) console.error(`${broken} of ${sent.length} messages were neither accepted nor refused.`);
  return { accepted, refused };
}
