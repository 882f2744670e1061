import { Agent, request as httpRequest } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
let counter = 0;

/** Sends a message and waits for the answer; the response's text. */
export function sendMessage(url: string, text: string, contextId?: string): Promise<string> {
  return post(url, 'SendMessage', text, contextId, () => {});
}

/** Streams a message; `onChunk` is called with each piece as it arrives. */
export function streamMessage(url: string, text: string, onChunk: (chunk: string) => void = () => {}): Promise<string> {
  return post(url, 'SendStreamingMessage', text, undefined, onChunk);
}

function post(
  url: string,
  method: string,
  text: string,
  contextId: string | undefined,
  onChunk: (chunk: string) => void,
): Promise<string> {
  const message = {
    messageId: `bench-${process.pid}-${counter++}`,
    role: 'ROLE_USER',
    parts: [{ text }],
    ...(contextId && { contextId }),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { message } });
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
