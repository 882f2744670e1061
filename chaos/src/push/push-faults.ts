import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Wire } from '../wire.ts';
import type { Notification } from './receiver.ts';
import { getTask } from './sender.ts';

const ENDED = /_(COMPLETED|FAILED|CANCELED|REJECTED)$/;

/** True once the end of the task has arrived. */
export function hasEnd(received: readonly Notification[], taskId: string): boolean {
  return received.some((one) => one.taskId === taskId && endIn(one) !== undefined);
}

/** What a receiver finds wrong: an end that is missing or another one than the agent's, an order that is broken, a bad signature. */
export async function pushFaults(
  url: string,
  hook: string,
  tasks: readonly string[],
  received: readonly Notification[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
  for (const taskId of tasks) {
    const own = received.filter((one) => one.taskId === taskId);
    const { state } = (await getTask(url, taskId)).status;
    const ends = own.flatMap((one) => endIn(one) ?? []);
    if (ends.length === 0) faults.push(`task ${taskId} ended (${state}), and its end never arrived`);
    for (const end of ends) if (end !== state) faults.push(`task ${taskId} is ${state}, and arrived as ${end}`);
    const first = [...new Set(own.map(({ seq }) => seq))];
    if (first.some((seq, index) => seq < (first[index - 1] ?? 0))) {
      faults.push(`task ${taskId} arrived in the order ${first.join(', ')}`);
    }
  }
  for (const one of received) {
    const fault = await signatureFault(one, hook, keys);
    if (fault !== undefined) faults.push(`notification ${one.taskId}:${one.seq}: ${fault}`);
  }
  return faults;
}

async function signatureFault(
  { taskId, seq, signature, body }: Notification,
  audience: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
): Promise<string | undefined> {
  try {
    const { iat = 0 } = decodeJwt(signature);
    // It is verified long after it arrived.
    const { payload } = await jwtVerify(signature, keys, { audience, currentDate: new Date(iat * 1000) });
    if (payload.jti !== `${taskId}:${seq}`) return `signed for ${payload.jti}`;
    const digest = createHash('sha256').update(body).digest('hex');
    return payload['request_body_sha256'] === digest ? undefined : 'signed for another body';
  } catch (error) {
    return String(error);
  }
}

function endIn({ body }: Notification): string | undefined {
  const state = (JSON.parse(body) as Wire).task?.status.state;
  return state !== undefined && ENDED.test(state) ? state : undefined;
}
