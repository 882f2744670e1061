import { type Request, Router } from 'express';
import { sendJson } from '../answers/send-answer.js';

/** The readiness of the server to accept a message. */
export interface Readiness {
  readonly ready: boolean;
  /** What was checked, and the result. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** `yes` if turns survive the end of this process. Readiness does not depend on it: without Temporal, turns run directly. */
  readonly durable: { readonly yes: boolean; readonly detail: string };
  /** How many turns run and wait, and how many messages were refused because too many waited, since the process started. */
  readonly turns: { readonly running: number; readonly waiting: number; readonly refused: number };
}

export interface Health {
  readonly readiness: () => Promise<Readiness>;
  /** True while the server stops: it still answers, but closes each connection after its answer. */
  readonly isStopping: () => boolean;
}

export interface HealthOptions extends Health {
  /** If false, the answer has the result without its reason, because a web page may have made a browser send the request. */
  readonly maySeeDetails: (request: Request) => boolean;
}

/** `GET /healthz`: 200 while the process runs. `GET /readyz`: 200 if the server could accept a message, else 503. */
export function healthRoutes({ readiness, isStopping, maySeeDetails }: HealthOptions): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => sendJson(response, { status: 'ok' }));
  router.get('/readyz', async (request, response) => {
    const { ready, ...found } = await readiness();
    const stopping = isStopping();
    const status = stopping ? 'stopping' : ready ? 'ready' : 'not ready';
    const details = maySeeDetails(request) ? found : {};
    sendJson(response.status(ready && !stopping ? 200 : 503), { status, ...details });
  });
  return router;
}
