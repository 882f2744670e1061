import { Role, type SendMessageRequest, type StreamResponse } from '@a2a-js/sdk';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import { Client, credentials } from '@grpc/grpc-js';
import { sendByRest, streamMessage } from './client.ts';
import { timeOfLoad } from './load.ts';
import type { Finding } from './report.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { median, type Pair, round } from './statistics.ts';

const ROUNDS = 7;
const CHUNKS = 10_000;
let counter = 0;

/** A message over gRPC compared with REST, and a stream compared with server-sent events: one server, one client process. */
export async function grpc(): Promise<Finding[]> {
  await using server = await startServer({
    name: 'molecule',
    environment: { MOLECULE_GRPC_PORT: '0', MOLECULE_DURABILITY: 'process' },
  });
  const client = new Client(await grpcAddress(server), credentials.createInsecure());
  try {
    return [...(await messages(server, client)), await stream(server, client)];
  } finally {
    client.close();
  }
}

/** The address on the agent's card. */
async function grpcAddress({ url }: ServerProcess): Promise<string> {
  const card = (await (await fetch(`${url}/.well-known/agent-card.json`)).json()) as {
    readonly supportedInterfaces: readonly { readonly protocolBinding: string; readonly url: string }[];
  };
  const found = card.supportedInterfaces.find(({ protocolBinding }) => protocolBinding === 'GRPC');
  if (!found) throw new Error('The card names no gRPC.');
  return found.url;
}

async function messages({ url }: ServerProcess, client: Client): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const concurrency of [1, 32] as const) {
    const count = concurrency === 1 ? 300 : 1500;
    const ways = [() => send(client, 'hello'), () => sendByRest(url, 'hello')];
    const sample: Pair = { ours: [], theirs: [] };
    for (const way of ways) await timeOfLoad(300, concurrency, way);
    // Alternately, so that both run under the same conditions.
    for (let round = 0; round < ROUNDS; round++) {
      sample.ours.push((await timeOfLoad(count, concurrency, ways[0] as () => Promise<unknown>)) / count);
      sample.theirs.push((await timeOfLoad(count, concurrency, ways[1] as () => Promise<unknown>)) / count);
    }
    const ratio = ratioOf(sample);
    findings.push({
      what: `a message, ${concurrency} at once`,
      ours: `${round(median(sample.ours))} ms`,
      theirs: `${round(median(sample.theirs))} ms (REST)`,
      ratio,
      aim: 'at most 0.8 of its time',
      met: ratio <= 0.8,
    });
  }
  return findings;
}

async function stream({ url }: ServerProcess, client: Client): Promise<Finding> {
  const sample: Pair = { ours: [], theirs: [] };
  const ways = [() => streamByGrpc(client, `stream ${CHUNKS}`), () => streamMessage(url, `stream ${CHUNKS}`)];
  for (let round = 0; round <= ROUNDS; round++) {
    const times: number[] = [];
    for (const way of ways) {
      const begun = performance.now();
      await way();
      times.push(performance.now() - begun);
    }
    // The first round warms up.
    if (round === 0) continue;
    sample.ours.push(times[0] ?? Number.NaN);
    sample.theirs.push(times[1] ?? Number.NaN);
  }
  const ratio = ratioOf(sample);
  return {
    what: `a stream of ${CHUNKS} chunks`,
    ours: `${round(median(sample.ours))} ms`,
    theirs: `${round(median(sample.theirs))} ms (server-sent events)`,
    ratio,
    aim: 'no slower',
    met: ratio <= 1,
  };
}

function ratioOf({ ours, theirs }: Pair): number {
  return median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
}

function send(client: Client, text: string): Promise<unknown> {
  const { path, requestSerialize, responseDeserialize } = A2AService.sendMessage;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, requestOf(text), (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

async function streamByGrpc(client: Client, text: string): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = A2AService.sendStreamingMessage;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, requestOf(text));
  let last: StreamResponse | undefined;
  for await (const event of call) last = event as StreamResponse;
  if (last?.payload?.$case !== 'task') throw new Error('The stream did not end with its task.');
}

function requestOf(text: string): SendMessageRequest {
  return {
    tenant: '',
    message: {
      messageId: `bench-grpc-${process.pid}-${counter++}`,
      contextId: '',
      taskId: '',
      role: Role.ROLE_USER,
      parts: [{ content: { $case: 'text', value: text }, metadata: undefined, filename: '', mediaType: '' }],
      metadata: undefined,
      extensions: [],
      referenceTaskIds: [],
    },
    configuration: undefined,
    metadata: undefined,
  };
}
