import { Agent, request as httpRequest } from 'node:http';

const agent = new Agent({ keepAlive: true });
let counter = 0;

/** Further messages wait until one of so many connections is free: thousands of new ones a second overflow the queue of the operating system. */
export function limitConnections(most: number): void {
  agent.maxSockets = most;
}

/** Sends a message and waits for the answer; resolves to the text of the response. */
export function sendMessage(url: string, text: string, contextId?: string): Promise<string> {
  return post(url, 'SendMessage', { message: messageOf(text, contextId) });
}

/** The same over REST. */
export function sendByRest(url: string, text: string): Promise<string> {
  return postJson(`${url}/message:send`, { message: messageOf(text) });
}

interface StreamOptions {
  /** Called with each chunk as it arrives. */
  readonly onChunk?: (chunk: string) => void;
  /** Further parts of the message. */
  readonly parts?: readonly object[];
}

/** Streams a message; resolves to the text of all events. */
export function streamMessage(url: string, text: string, { onChunk, parts }: StreamOptions = {}): Promise<string> {
  return post(url, 'SendStreamingMessage', { message: messageOf(text, undefined, parts) }, onChunk);
}

/** Follows a task; resolves to the text of all events. */
export function subscribeToTask(url: string, id: string, onChunk: (chunk: string) => void): Promise<string> {
  return post(url, 'SubscribeToTask', { id }, onChunk);
}

/** Reads a task; resolves to the text of the response. */
export function getTask(url: string, id: string): Promise<string> {
  return post(url, 'GetTask', { id });
}

/** Cancels a task; resolves to the text of the response. */
export function cancelTask(url: string, id: string): Promise<string> {
  return post(url, 'CancelTask', { id });
}

function messageOf(text: string, contextId?: string, parts: readonly object[] = []) {
  return {
    messageId: `bench-${process.pid}-${counter++}`,
    role: 'ROLE_USER',
    parts: [{ text }, ...parts],
    ...(contextId && { contextId }),
  };
}

function post(url: string, method: string, params: object, onChunk?: (chunk: string) => void): Promise<string> {
  return postJson(url, { jsonrpc: '2.0', id: 1, method, params }, onChunk);
}

function postJson(url: string, content: object, onChunk: (chunk: string) => void = () => {}): Promise<string> {
  const body = JSON.stringify(content);
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'a2a-version': '1.0',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: string[] = [];
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          chunks.push(chunk);
          onChunk(chunk);
        });
        response.on('end', () => {
          const whole = chunks.join('');
          if (whole.includes('"error"')) reject(new Error(whole.slice(0, 300)));
          else resolve(whole);
        });
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
