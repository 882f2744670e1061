import type { Request, Response } from 'express';
import type { Json } from '../../sdk/json.js';
import { A2A_TYPE, isRpcRequest, JSON_TYPE } from '../binding/binding.js';
import { isLegacy } from '../binding/protocol-version.js';
import { isStreamingMethod } from '../binding/rpc-methods.js';
import { filesOf } from '../files/files-of.js';
import type { AnswerPiece } from '../files/request-files.js';
import { lengthOf, writePieces } from '../files/write-pieces.js';
import { EventStream } from './event-stream.js';
import { jsonText } from './json-text.js';
import { withOwnStatus } from './own-status-answer.js';

/**
 * Sends an answer of the protocol. Its content type is one that the client accepts. An error for which A2A has no status is sent
 * with its own one, and with `Retry-After` or `WWW-Authenticate`.
 */
export function sendAnswer(request: Request, response: Response, body: Json, status = 200): void {
  response.status(status);
  const told = withOwnStatus(body, response);
  if (wantsEvent(request, response, told)) {
    const stream = new EventStream(response);
    void stream.write({ data: told }).then(() => stream.end());
    return;
  }
  response.setHeader('Content-Type', answerType(request));
  const pieces = filesOf(response).piecesOf(jsonText(told));
  if (pieces.length === 1) response.send(pieces[0]);
  else void sendPieces(response, pieces);
}

async function sendPieces(response: Response, pieces: readonly AnswerPiece[]): Promise<void> {
  response.setHeader('Content-Length', lengthOf(pieces));
  await writePieces(response, pieces);
  response.end();
}

/** Sends JSON that is not an answer of the protocol. */
export function sendJson(response: Response, body: unknown): void {
  response.type('json').send(jsonText(body));
}

/**
 * True for the error of a JSON-RPC stream that did not begin. In protocol 0.3 it is an event (section 7.2.1), and clients read
 * nothing else; in 1.0 it is JSON. An error with an HTTP status of its own is JSON in both.
 */
function wantsEvent(request: Request, response: Response, body: Json): boolean {
  if (!isRpcRequest(request) || !isLegacy(request) || response.statusCode !== 200) return false;
  const { method } = (request.body ?? {}) as { readonly method?: unknown };
  return body['error'] !== undefined && isStreamingMethod(method);
}

/**
 * JSON-RPC and protocol 0.3 answer as JSON. REST of 1.0 answers as A2A's own type (section 11.1), unless the client accepts
 * plain JSON only: clients of 1.0.0 do, and patch versions are not negotiated.
 */
function answerType(request: Request): string {
  if (isRpcRequest(request) || isLegacy(request)) return JSON_TYPE;
  // A client that accepts neither (for example, one that expects a stream) gets an error as plain JSON.
  return request.accepts([A2A_TYPE, JSON_TYPE]) || JSON_TYPE;
}
