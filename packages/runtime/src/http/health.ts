import { Router } from 'express';

/** Whether the server could take a message now. */
export interface Readiness {
  readonly ready: boolean;
  /** What was looked at, and what was found. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** Whether turns survive the death of this process, now. It does not decide readiness: without it turns run directly. */
  readonly durable: { readonly yes: boolean; readonly detail: string };
}

/** `GET /healthz`: the process lives. `GET /readyz`: it could take a message; 503 when it could not. */
export function healthRoutes(readiness: () => Promise<Readiness>): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const { ready, checks, durable } = await readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks, durable });
  });
  return router;
}
