import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@molecule/runtime/testing';
import { AgentProcess } from '../agent.ts';
import { subject } from '../subjects/engines/ledger.ts';
import { hasEnd, pushFaults } from './push-faults.ts';
import { Receiver } from './receiver.ts';
import { sendMessage } from './sender.ts';

export interface PushRunOptions {
  /** How long the receiver is away. */
  readonly downSeconds: number;
  /** How often the agent is killed meanwhile. */
  readonly kills: number;
}

/** The longest wait between two tries, and what a busy machine needs. */
const LONGEST_MS = 6 * 60_000;
/** Between two messages. */
const EVERY_MS = 1_000;

/** Kills an agent again and again while the receiver of its push notifications is away. Returns the exit code. */
export async function runPush({ downSeconds, kills }: PushRunOptions): Promise<number> {
  await using ledger = await subject('127.0.0.1:1');
  await using receiver = await Receiver.create();
  const agent = await AgentProcess.create({
    ...ledger.spec,
    environment: { ...ledger.spec.environment, MOLECULE_TEMPORAL: 'off', MOLECULE_PUSH_ALLOW: '127.0.0.1' },
  });
  const tasks: string[] = [];
  let isOver = false;
  try {
    await agent.start();
    await receiver.open();
    const sending = (async () => {
      while (!isOver) {
        tasks.push(await sendMessage(agent.url, ledger.long.text, receiver.url));
        await sleep(EVERY_MS);
      }
    })();
    await until('the first end', () => tasks.some((id) => hasEnd(receiver.received, id)), 60_000);
    await receiver.close();
    const before = receiver.received.length;
    console.log(`the receiver is away for ${downSeconds} s, and the agent is killed ${kills} times`);
    for (let kill = 1; kill <= kills; kill++) {
      await sleep((downSeconds * 1000) / kills);
      await agent.stop('SIGKILL', true);
      await agent.start();
      console.log(`kill ${kill}: ${tasks.length} tasks`);
    }
    isOver = true;
    await sending;
    await receiver.open();
    const backAt = performance.now();
    await until('every end', () => tasks.every((id) => hasEnd(receiver.received, id)), LONGEST_MS).catch(() => {});
    const seconds = ((performance.now() - backAt) / 1000).toFixed(1);
    const faults = await pushFaults(agent.url, receiver.url, tasks, receiver.received);
    const after = receiver.received.length - before;
    console.log(`${tasks.length} tasks; ${after} notifications in the ${seconds} s after the receiver was back`);
    for (const fault of faults) console.log(`FAIL ${fault}`);
    console.log(faults.length === 0 ? 'no faults' : `${faults.length} faults`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    isOver = true;
    await agent.end();
  }
}
