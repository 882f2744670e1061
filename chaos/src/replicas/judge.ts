import type { AgentProcess } from '../agent.ts';
import type { WireTask } from '../wire.ts';
import { type Follower, taskOf, textOfTask } from './follower.ts';
import type { Conversation, Moment } from './moments.ts';

/** Faults in what the clients of a conversation have received, and in what the replicas show of its task. */
export async function judge(
  { prompt, sender, reader, sent, read }: Conversation,
  moment: Moment,
  replicas: readonly AgentProcess[],
): Promise<string[]> {
  const faults: string[] = [];
  const wanted = moment === 'mid-cancel' ? 'TASK_STATE_CANCELED' : 'TASK_STATE_COMPLETED';
  const clients: readonly (readonly [string, Follower, Error | undefined])[] = [
    ['sender', sender, await sent],
    ['reader at the second replica', reader, await read],
  ];
  for (const [name, client, error] of clients) {
    faults.push(...[...client.faults, ...(error ? [error.message] : [])].map((fault) => `the ${name}: ${fault}`));
  }
  const tasks = await Promise.all(replicas.map(({ url }) => taskOf(url, sender.taskId)));
  for (const task of tasks) {
    if (task.status.state !== wanted) faults.push(`the task is ${describe(task)}, not ${wanted}`);
  }
  if (moment === 'mid-cancel') return faults;
  const texts = new Map(tasks.map((task, index) => [`replica ${index + 1} shows`, textOfTask(task)]));
  if (moment !== 'waiting for input') texts.set('the reader has received', reader.text);
  texts.set('the sender has received', sender.text);
  for (const [who, text] of texts) {
    const isRight = moment === 'waiting for input' ? text.includes(prompt.answer) : text === prompt.answer;
    if (!isRight)
      faults.push(`${who} ${JSON.stringify(text.slice(-300))}, not ${JSON.stringify(prompt.answer.slice(-60))}`);
  }
  return faults;
}

function describe({ status }: WireTask): string {
  const reason = status.message?.parts.map(({ text }) => text).join(' ');
  return `${status.state}${reason ? ` (${reason})` : ''}`;
}
