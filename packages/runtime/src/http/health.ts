import { type Request, Router } from 'express';

/** Whether the server could take a message now. */
export interface Readiness {
  readonly ready: boolean;
  /** What was looked at, and what was found. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** Whether turns survive the death of this process, now. It does not decide readiness: without it turns run directly. */
  readonly durable: { readonly yes: boolean; readonly detail: string };
}

export interface HealthOptions {
  readonly readiness: () => Promise<Readiness>;
  /** True once the server has been told to stop. */
  readonly isStopping: () => boolean;
  /** False: whoever asks is told whether, but not why; a web page may be behind the request. */
  readonly maySeeDetails: (request: Request) => boolean;
}

/** `GET /healthz`: the process lives. `GET /readyz`: it could take a message; 503 when it could not. */
export function healthRoutes({ readiness, isStopping, maySeeDetails }: HealthOptions): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.type('json').json({ status: 'ok' });
  });
  router.get('/readyz', async (request, response) => {
    const { ready, checks, durable } = await readiness();
    const stopping = isStopping();
    const status = stopping ? 'stopping' : ready ? 'ready' : 'not ready';
    const details = maySeeDetails(request) ? { checks, durable } : {};
    response
      .status(ready && !stopping ? 200 : 503)
      .type('json')
      .json({ status, ...details });
  });
  return router;
}
