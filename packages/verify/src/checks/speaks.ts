import { type Dialect, RPC_CODES, type SeenTask } from '../a2a/dialect.js';
import { DIALECT_0_3 } from '../a2a/dialect-0-3.js';
import { DIALECT_1_0 } from '../a2a/dialect-1-0.js';
import { readStream } from '../a2a/read-stream.js';
import type { WireClient } from '../a2a/wire-client.js';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';
import { clientFor } from './client-for.js';

const REMEDY = 'see the log of the agent, and the events that the engine yields';

/** Messages, streams, tasks and errors, in each version of the protocol. */
export const speaks: readonly VerifyCheck[] = [DIALECT_1_0, DIALECT_0_3].map((dialect) => ({
  name: `a2a ${dialect.version}`,
  async run(bench) {
    const client = clientFor(bench, dialect);
    const { message } = bench;
    const sent = await client.send(message.text);
    demandAnswer(sent, message.expect, dialect.methods.send);
    const kept = await client.get(sent.id);
    demand(
      kept.state === sent.state && kept.text === sent.text,
      `${dialect.methods.get} must return the same task; found ${JSON.stringify(kept)}`,
      REMEDY,
    );
    await checkStream(bench, client, dialect);
    await checkErrors(client, dialect);
    return ok(`${Object.values(dialect.methods).slice(0, 3).join(', ')} and its errors`);
  },
}));

async function checkStream({ message }: VerifyBench, client: WireClient, { methods }: Dialect): Promise<void> {
  const seen = await readStream(client.stream(message.text));
  demand(seen.first === 'task', `${methods.stream} must begin with the task; found ${seen.first}`, REMEDY);
  const task = await client.get(seen.taskId);
  demandAnswer(task, message.expect, methods.stream);
  demand(seen.state === 'completed', `the stream must report the task as completed; found ${seen.state}`, REMEDY);
  demand(
    seen.text === task.text,
    `the streamed pieces must add up to the answer ${JSON.stringify(task.text)}; found ${JSON.stringify(seen.text)}`,
    'yield `reset` before you start an answer again',
  );
}

async function checkErrors(client: WireClient, { methods }: Dialect): Promise<void> {
  const unknownTask = await client.errorCode(methods.get, { id: crypto.randomUUID() });
  const unknownMethod = await client.errorCode('NoSuchMethod', {});
  demand(
    unknownTask === RPC_CODES.taskNotFound && unknownMethod === RPC_CODES.methodNotFound,
    `an unknown task and an unknown method must be refused with -32001 and -32601; found ${unknownTask} and ${unknownMethod}`,
    REMEDY,
  );
}

export function demandAnswer(task: SeenTask, expected: string, what: string): void {
  demand(
    task.state === 'completed' && task.text.includes(expected),
    `${what} must end completed with an answer that contains ${JSON.stringify(expected)}; found ${JSON.stringify(task)}`,
    "if the scripted model does not determine the engine's answer, set `molecule.verify.message` in package.json",
  );
}
