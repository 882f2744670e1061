import { createServer, type Server } from 'node:http';
import { RequestHandler } from './request-handler.js';
import type { ScriptedModel, ScriptedModelOptions } from './scripted-model.js';

/**
 * Starts a model server on loopback. The prompts of a test say what it answers. It serves Anthropic Messages, OpenAI chat completions and
 * the core of OpenAI Responses, streamed or not, and `/v1/models`.
 *
 * The last user text with a directive `[[{...step}, {...step}]]` (JSON; `ScriptStep`) is the script. The number of assistant turns
 * after it is the position of the step that is played. Without a directive, it answers `echo: <user text>`.
 *
 * Other processes read the requests so far with `GET /__log`, and delete them with `POST /__reset`.
 */
export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const handler = new RequestHandler(options);
  const server = createServer((request, response) => {
    handler.handle(request, response).catch((error: unknown) => {
      // A mistake of the test, such as an invalid status: the client must not wait forever.
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  const url = await listen(server, options.port ?? 0);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= close(server);
    return stopped;
  };
  return {
    url,
    endpoint: { baseUrl: url, model: options.model ?? 'scripted', apiKey: 'scripted' },
    get requests() {
      return handler.requests;
    },
    get live() {
      return handler.live;
    },
    reset: () => handler.reset(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
