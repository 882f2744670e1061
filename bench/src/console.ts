import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { sendMessage, streamMessage } from './client.ts';
import { type MeasuredConsole, openMeasuredConsole } from './console/open-page.ts';
import { shareOfCore, timeUntil, watchLongTasks } from './console/page-work.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { median, round } from './statistics.ts';

const TASKS = 10_000;
const EVENTS = 10_000;
const STREAMS = 200;
const ROUNDS = 5;
const MOST_MS = 1_000;
const MOST_LONG_TASK_MS = 50;
const MOST_SHARE = 0.3;
const WATCHED_MS = 8_000;
/** Pixels of a turn of the wheel, and how many. */
const WHEEL = 900;
const WHEELS = 60;

/** What the console costs a person and the machine: how fast it opens, how it scrolls, and what it uses. */
export async function consolePage(): Promise<Finding[]> {
  await using opened = await openMeasuredConsole();
  const { server } = opened;
  await timeOfLoad(TASKS, 32, () => sendMessage(server.url, 'hello'));
  const first = await medianOpening(opened, `${server.url}/console/tasks`, 'hello');
  const idle = await idleRequests(opened);
  const long = await sendMessage(server.url, `lines ${EVENTS}`);
  const id = (JSON.parse(long) as { readonly result: { readonly task: { readonly id: string } } }).result.task.id;
  const task = await medianOpening(opened, `${server.url}/console/tasks/${id}`, `Line ${EVENTS}`);
  return [
    atMost(`the list of ${TASKS} tasks opens`, first, MOST_MS, 'ms'),
    atMost(`a task of ${EVENTS} events opens`, task, MOST_MS, 'ms'),
    atMost('  its longest task while it scrolls', await longestWhileScrolling(opened, id), MOST_LONG_TASK_MS, 'ms'),
    atMost(`the page beside ${STREAMS} streams`, (await busyShare(opened)) * 100, MOST_SHARE * 100, '% of a core'),
    atMost('requests of an idle page in 8 s, besides its stream', idle, 0, ''),
  ];
}

async function medianOpening({ newPage }: MeasuredConsole, url: string, text: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    const page = await newPage();
    times.push(await timeUntil(page, url, text));
    await page.context().close();
  }
  return median(times);
}

async function longestWhileScrolling({ newPage, server }: MeasuredConsole, id: string): Promise<number> {
  const page = await newPage();
  await timeUntil(page, `${server.url}/console/tasks/${id}`, `Line ${EVENTS}`);
  await sleep(1_000);
  const longest = await watchLongTasks(page);
  await page.mouse.move(500, 400);
  for (const direction of [-1, 1]) {
    for (let index = 0; index < WHEELS; index++) {
      await page.mouse.wheel(0, direction * WHEEL);
      await sleep(16);
    }
  }
  const found = await longest();
  await page.context().close();
  return found;
}

async function busyShare({ newPage, server }: MeasuredConsole): Promise<number> {
  const page = await newPage();
  await timeUntil(page, `${server.url}/console/tasks`, 'hello');
  const seconds = WATCHED_MS / 1000 + 4;
  const streams = Array.from({ length: STREAMS }, () => streamMessage(server.url, `speak ${seconds * 20} 50`));
  await sleep(2_000);
  const share = await shareOfCore(page, WATCHED_MS);
  await Promise.all(streams);
  await page.context().close();
  return share;
}

async function idleRequests({ newPage, server }: MeasuredConsole): Promise<number> {
  const page: Page = await newPage();
  await timeUntil(page, `${server.url}/console/tasks`, 'hello');
  await sleep(2_000);
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await sleep(WATCHED_MS);
  await page.context().close();
  return requests;
}

function atMost(what: string, found: number, most: number, unit: string): Finding {
  return {
    what,
    ours: `${round(found, 0)} ${unit}`.trim(),
    theirs: `${most} ${unit}`.trim(),
    ratio: most === 0 ? found : found / most,
    aim: 'at most as much',
    met: found <= most,
  };
}
