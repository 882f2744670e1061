import { type Message, type Part, type Task, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { wellFormedDeep } from '@molecule/adapters';
import { ACTING_FOR_KEY } from '../../execution/intake/acting-for.js';
import { patientFetch } from '../../support/network/patient-fetch.js';
import { userMessage } from '../../tasks/events/a2a-events.js';
import { isSettled } from '../../tasks/events/task-event.js';
import type { DelegationEnding, MessageFile } from '../../tasks/team/delegation.js';
import type { PeerConnection, PeerMessage, PeerReply } from './peer-connection.js';
import { peerFetch } from './peer-fetch.js';

/** The A2A connection to one peer of any protocol version. After a failure it connects again. */
export class PeerClient implements PeerConnection {
  readonly pollMs = { least: 20, most: 1_000 };
  readonly #url: string;
  readonly #token: string | undefined;
  #client: Promise<Client> | undefined;

  constructor(url: string, token: string | undefined) {
    this.#url = url.endsWith('/') ? url : `${url}/`;
    this.#token = token;
  }

  /** Sends the message even if the task id is known: a peer that has the task answers with it, one that lost it runs it again. */
  async send(message: PeerMessage, _known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    const reply = await this.#with((client) => client.sendMessage(toRequest(message), { signal }));
    return 'status' in reply ? replyOf(reply) : answered(reply);
  }

  async get(taskId: string, signal: AbortSignal): Promise<PeerReply> {
    const request = { tenant: '', id: taskId, historyLength: 0 };
    return replyOf(await this.#with((client) => client.getTask(request, { signal })));
  }

  /** Without a known task id, the message may still have arrived: sending it again returns the task that it started. */
  async cancel(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<void> {
    const reply: PeerReply =
      known === undefined ? await this.send(message, known, signal) : { kind: 'working', taskId: known };
    if (reply.kind === 'ended') return;
    const { taskId } = reply;
    await this.#with((client) => client.cancelTask({ tenant: '', id: taskId, metadata: undefined }, { signal }));
  }

  async #with<Result>(use: (client: Client) => Promise<Result>): Promise<Result> {
    this.#client ??= connect(this.#url, this.#token);
    try {
      return await use(await this.#client);
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }
}

async function connect(url: string, token: string | undefined): Promise<Client> {
  // Loaded at the first delegation, so that a start does not wait for it.
  const { ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory, RestTransportFactory } = await import(
    '@a2a-js/sdk/client'
  );
  // A peer whose queue is full gets the task again, as long as the attempt may take.
  const options = { fetchImpl: patientFetch(peerFetch(url, { token })), legacyCompat: { enabled: true } };
  const cardResolver = new DefaultAgentCardResolver(options);
  const transports = [new JsonRpcTransportFactory(options), new RestTransportFactory(options)];
  return new ClientFactory({ transports, cardResolver }).createFromAgentCard(await cardResolver.resolve(url));
}

function toRequest({ messageId, text, files, metadata, actingFor }: PeerMessage) {
  const part: Part = { content: { $case: 'text', value: text }, mediaType: '', filename: '', metadata: undefined };
  const message: Message = wellFormedDeep(userMessage([part, ...files.map(toPart)], { messageId, metadata }));
  const configuration = {
    acceptedOutputModes: [],
    taskPushNotificationConfig: undefined,
    historyLength: 0,
    returnImmediately: true,
  };
  return { tenant: '', message, configuration, metadata: wellFormedDeep({ [ACTING_FOR_KEY]: actingFor }) };
}

function toPart({ name, mediaType, bytes }: MessageFile): Part {
  return { content: { $case: 'raw', value: bytes }, mediaType, filename: name, metadata: undefined };
}

function answered(message: Message): PeerReply {
  const text = textOf(message.parts);
  const state = FAILED.includes(message.metadata?.['molecule.state']) ? 'failed' : 'completed';
  return { kind: 'ended', taskId: message.taskId || undefined, ending: { state, answer: text } };
}

/** States in a plain message of a task that was not done. */
const FAILED: readonly unknown[] = ['TASK_STATE_FAILED', 'TASK_STATE_REJECTED'];

const ENDINGS: Partial<Record<TaskState, DelegationEnding['state']>> = {
  [TaskState.TASK_STATE_COMPLETED]: 'completed',
  [TaskState.TASK_STATE_CANCELED]: 'canceled',
  [TaskState.TASK_STATE_INPUT_REQUIRED]: 'input-required',
  [TaskState.TASK_STATE_AUTH_REQUIRED]: 'input-required',
};

function replyOf(task: Task): PeerReply {
  const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  if (!isSettled(state)) return { kind: 'working', taskId: task.id };
  const answer = textOf(task.artifacts.flatMap(({ parts }) => parts));
  const said = textOf(task.status?.message?.parts ?? []);
  const ending = ENDINGS[state] ?? 'failed';
  const text = ending === 'completed' ? answer || said : said || answer;
  return { kind: 'ended', taskId: task.id, ending: { state: ending, answer: text } };
}

function textOf(parts: Message['parts']): string {
  return parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('');
}
