import type { IncomingMessage } from 'node:http';
import { isObject } from '../../../support/is-object.js';
import { A2A_TYPE, JSON_RPC_PATHS, JSON_TYPE } from '../binding/binding.js';

/** A message that begins a task, as far as it must be known before it is refused. */
export interface NewMessage {
  readonly messageId: string;
  /** Empty if the sender named none. */
  readonly contextId: string;
  /** The form of the answer. */
  readonly form: 'rpc' | 'rest' | 'legacy-rest';
  /** Of a JSON-RPC call. */
  readonly rpcId: string | number | null;
  /** The content type of the answer. */
  readonly answerType: string;
}

const CURRENT = /^1\.0(?:\.\d{1,9})?$/;
const LEGACY = /^0\.3(?:\.\d{1,9})?$/;
const TAKES_A2A = /\*\/\*|application\/(?:\*|a2a\+json)/;
const RPC_METHODS: Readonly<Record<'current' | 'legacy', readonly unknown[]>> = {
  current: ['SendMessage', 'SendStreamingMessage'],
  legacy: ['message/send', 'message/stream'],
};
const REST_PATHS: Readonly<Record<'current' | 'legacy', readonly string[]>> = {
  current: ['/message:send', '/message:stream'],
  legacy: ['/v1/message:send', '/v1/message:stream'],
};

/** The new message of a request with this body. Undefined for anything else, and if the application must look at it. */
export function newMessageIn({ headers, url = '' }: IncomingMessage, bytes: Buffer): NewMessage | undefined {
  const version = versionIn(headers['a2a-version']);
  if (version === undefined || !/^application\/json(?:;|$)/.test(headers['content-type'] ?? '')) return undefined;
  const body = parsed(bytes);
  if (!isObject(body)) return undefined;
  if (JSON_RPC_PATHS.includes(url)) {
    const { jsonrpc, id, method, params } = body;
    const isCall = jsonrpc === '2.0' && (typeof id === 'string' || typeof id === 'number');
    return isCall && RPC_METHODS[version].includes(method) && isObject(params)
      ? messageOf(params['message'], { form: 'rpc', rpcId: id, answerType: JSON_TYPE })
      : undefined;
  }
  if (!REST_PATHS[version].includes(url)) return undefined;
  if (version === 'legacy')
    return messageOf(body['request'], { form: 'legacy-rest', rpcId: null, answerType: JSON_TYPE });
  const answerType = TAKES_A2A.test(headers.accept ?? A2A_TYPE) ? A2A_TYPE : JSON_TYPE;
  return messageOf(body['message'], { form: 'rest', rpcId: null, answerType });
}

function versionIn(named: string | string[] | undefined): 'current' | 'legacy' | undefined {
  if (named === undefined) return 'legacy';
  if (typeof named !== 'string') return undefined;
  if (CURRENT.test(named)) return 'current';
  return LEGACY.test(named) ? 'legacy' : undefined;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The application says what is wrong.
    return undefined;
  }
}

/** Undefined for an answer to a question, and for a message without a sound id: the application checks it. */
function messageOf(message: unknown, answer: Omit<NewMessage, 'messageId' | 'contextId'>): NewMessage | undefined {
  if (!isObject(message)) return undefined;
  const { messageId, contextId = '', taskId = '', parts, content } = message;
  const isNew = typeof messageId === 'string' && messageId !== '' && typeof contextId === 'string' && taskId === '';
  return isNew && Array.isArray(parts ?? content) ? { messageId, contextId, ...answer } : undefined;
}
