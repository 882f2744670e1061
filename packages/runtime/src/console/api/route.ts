import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { sendAnswer } from '../../serving/http/answers/send-answer.js';
import { toRestRefusal } from '../../serving/sdk/refusals.js';
import { allows } from '../../settings/environment/scopes.js';
import { insufficientScope, isA2AError } from '../../tasks/a2a-errors.js';
import { type Viewer, viewerOf } from './viewer.js';

/** What a route of the console does for someone who may read. */
type ViewerRoute = (request: Request, response: Response, viewer: Viewer) => Promise<void>;

/** A route that needs the scope `read`. Its errors are answered in the form of REST; others than those of A2A go to the application. */
export function viewerRoute(handle: ViewerRoute): RequestHandler {
  return (request, response, next) => {
    run(handle, request, response).catch((error: unknown) => refuse(error, request, response, next));
  };
}

async function run(handle: ViewerRoute, request: Request, response: Response): Promise<void> {
  const viewer = viewerOf(response);
  if (!allows(viewer.scopes, 'read')) throw insufficientScope('read');
  // What is shown changes, and belongs to one caller.
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  await handle(request, response, viewer);
}

function refuse(error: unknown, request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent || !isA2AError(error)) next(error);
  else {
    const { status, body } = toRestRefusal(error);
    sendAnswer(request, response, body, status);
  }
}
