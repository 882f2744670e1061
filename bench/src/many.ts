import { setTimeout as sleep } from 'node:timers/promises';
import { streamMessage } from './client.ts';
import type { Finding } from './report.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { median, round } from './statistics.ts';

interface Crowd {
  readonly streams: number;
  readonly wordsASecond: number;
  /** The largest ratio of the times. */
  readonly aim: number;
}

const CROWDS: readonly Crowd[] = [
  { streams: 200, wordsASecond: 50, aim: 1.2 },
  { streams: 1_000, wordsASecond: 50, aim: 1.2 },
  { streams: 5_000, wordsASecond: 10, aim: 1.3 },
];
const SECONDS = 5;
const ROUNDS = 3;
const WAVE = 250;
const WAVE_MS = 25;

interface Measured {
  readonly ms: number;
  readonly peakMegabytes: number;
  readonly blockMs: number;
}

/** The time and memory of many streams at once, compared with Express alone, which stores nothing. */
export async function many(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const crowd of CROWDS) {
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let index = 0; index < ROUNDS; index++) {
      ours.push(await measured('molecule', crowd));
      theirs.push(await measured('bare-express', crowd));
    }
    const { streams, wordsASecond, aim } = crowd;
    const what = `${streams} streams of ${wordsASecond} words a second`;
    const of = (sample: readonly Measured[], key: keyof Measured) => median(sample.map((each) => each[key]));
    const time = of(ours, 'ms') / of(theirs, 'ms');
    const memory = of(ours, 'peakMegabytes') / of(theirs, 'peakMegabytes');
    const express = (value: string) => `${value} (Express alone)`;
    findings.push(
      {
        what,
        ours: `${round(of(ours, 'ms') / 1000)} s`,
        theirs: express(`${round(of(theirs, 'ms') / 1000)} s`),
        ratio: time,
        aim: `at most ${aim} of its time`,
        met: time <= aim,
      },
      {
        what: '  memory at its peak',
        ours: `${round(of(ours, 'peakMegabytes'), 0)} MB`,
        theirs: express(`${round(of(theirs, 'peakMegabytes'), 0)} MB`),
        ratio: memory,
        aim: 'at most 3 times',
        met: memory <= 3,
      },
      {
        what: '  longest block of the event loop',
        ours: `${round(of(ours, 'blockMs'), 0)} ms`,
        theirs: express(`${round(of(theirs, 'blockMs'), 0)} ms`),
        ratio: of(ours, 'blockMs') / of(theirs, 'blockMs'),
        aim: 'reported only',
        met: true,
      },
    );
  }
  return findings;
}

async function measured(name: string, { streams, wordsASecond }: Crowd): Promise<Measured> {
  await using server = await startServer({ name, environment: { MOLECULE_MAX_CONNECTIONS: '10000' } });
  const words = wordsASecond * SECONDS;
  const speak = () => streamMessage(server.url, `speak ${words} ${1000 / wordsASecond}`);
  await warmUp(server);
  await server.blockMs();
  const begun = performance.now();
  const answers = await Promise.allSettled(Array.from({ length: streams }, (_, index) => inWaves(index, speak)));
  const ms = performance.now() - begun;
  const broken = answers.filter((answer) => !(answer.status === 'fulfilled' && isComplete(answer.value, words)));
  if (broken.length > 0) console.error(`${name}: ${broken.length} of ${streams} answers are not complete.`, broken[0]);
  return {
    ms: broken.length > 0 ? Number.POSITIVE_INFINITY : ms,
    peakMegabytes: await server.peakMegabytes(),
    blockMs: await server.blockMs(),
  };
}

/** A burst of thousands of connections overflows the queue of the operating system. */
async function inWaves<Value>(index: number, work: () => Promise<Value>): Promise<Value> {
  await sleep(Math.floor(index / WAVE) * WAVE_MS);
  return work();
}

async function warmUp(server: ServerProcess): Promise<void> {
  await Promise.all(Array.from({ length: 20 }, () => streamMessage(server.url, 'speak 20 5')));
}

function isComplete(answer: string, words: number): boolean {
  return answer.includes(`word${words} `) && answer.includes('TASK_STATE_COMPLETED');
}
