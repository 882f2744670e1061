import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CompletionRequest, LanguageModel } from './chat.js';
import type { Dialect } from './dialect.js';
import { RequestError, readJson } from './read-json.js';
import { readMessages } from './read-messages.js';
import { sendEvents, sendJson } from './send.js';

/** Answers a conversation in the API's dialect, streaming if requested. A disconnect of the client aborts it. */
export async function complete(
  request: IncomingMessage,
  response: ServerResponse,
  model: LanguageModel,
  dialect: Dialect,
): Promise<void> {
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  const body = await readJson(request);
  const messages = readMessages(body);
  if (messages.length === 0) throw new RequestError(400, "`messages` holds no text of the user's");
  const id = randomUUID();
  const completion: CompletionRequest = { messages, maxTokens: readMaxTokens(body), signal: abort.signal };

  if (body['stream'] !== true) {
    sendJson(response, 200, dialect.completion(id, await model.complete(completion)));
    return;
  }
  // The headers are sent at once, because the model may be busy and clients have a timeout for the headers.
  sendEvents(response, dialect.streamStart(id));
  const onText = (text: string): void => {
    if (text !== '') sendEvents(response, dialect.streamText(id, text));
  };
  sendEvents(response, dialect.streamEnd(id, await model.complete({ ...completion, onText }), body));
  response.end();
}

function readMaxTokens(body: Readonly<Record<string, unknown>>): number | undefined {
  const value = body['max_completion_tokens'] ?? body['max_tokens'];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new RequestError(400, `\`max_tokens\` must be a positive integer, not ${JSON.stringify(value)}`);
}
