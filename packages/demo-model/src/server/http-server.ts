import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DEMO_MODEL_NAME } from '../file/model-facts.js';
import { anthropic } from './anthropic.js';
import type { LanguageModel } from './chat.js';
import { complete } from './complete.js';
import type { Dialect } from './dialect.js';
import { openai } from './openai.js';
import { readJson } from './read-json.js';
import { readMessages } from './read-messages.js';
import { sendJson } from './send.js';

type Handler = (request: IncomingMessage, response: ServerResponse, model: LanguageModel) => Promise<void> | void;

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /health': health,
  // Some clients request the root first.
  'GET /': health,
  'HEAD /': health,
  'GET /v1/models': listModels,
  'POST /v1/chat/completions': (request, response, model) => complete(request, response, model, openai),
  'POST /v1/messages': (request, response, model) => complete(request, response, model, anthropic),
  'POST /v1/messages/count_tokens': countTokens,
};

/** The demo model's HTTP server, not listening yet. It checks no key, because it listens on loopback only. */
export function createHttpServer(model: LanguageModel): Server {
  const server = createServer((request, response) => {
    void answer(request, response, model);
  });
  // Longer than the idle timeout of clients, so that they do not send on a connection that the server closes.
  server.keepAliveTimeout = 75_000;
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, model: LanguageModel): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const dialect: Dialect = path.startsWith('/v1/messages') ? anthropic : openai;
  const handler = ROUTES[`${request.method} ${path}`];
  try {
    if (handler) await handler(request, response, model);
    else sendJson(response, 404, dialect.error(404, `The demo model does not serve ${request.method} ${path}`));
  } catch (error) {
    // The headers of the stream are already sent. Only a broken connection can show that the stream is incomplete.
    if (response.headersSent) response.destroy();
    else {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      sendJson(response, status, dialect.error(status, (error as Error).message));
    }
  }
}

function health(_request: IncomingMessage, response: ServerResponse, model: LanguageModel): void {
  const { pending, generatedTokens } = model;
  sendJson(response, 200, { status: 'ok', model: DEMO_MODEL_NAME, pending, generatedTokens });
}

/** The entry of the model, with the fields of both APIs. */
function listModels(_request: IncomingMessage, response: ServerResponse, model: LanguageModel): void {
  const entry = {
    id: DEMO_MODEL_NAME,
    object: 'model',
    type: 'model',
    display_name: 'SmolLM2 135M Instruct',
    created: 0,
    created_at: '1970-01-01T00:00:00Z',
    owned_by: 'molecule',
    context_length: model.contextSize,
  };
  sendJson(response, 200, {
    object: 'list',
    data: [entry],
    has_more: false,
    first_id: entry.id,
    last_id: entry.id,
  });
}

async function countTokens(request: IncomingMessage, response: ServerResponse, model: LanguageModel): Promise<void> {
  const messages = readMessages(await readJson(request));
  sendJson(response, 200, { input_tokens: messages.reduce((sum, { text }) => sum + model.countTokens(text), 0) });
}
