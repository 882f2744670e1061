import type { RequestHandler } from 'express';

/** Routes that are not part of A2A. */
export interface OwnRoutes {
  /** Serves `GET /transcript`, and checks its own tokens. */
  readonly transcript: RequestHandler;
  /** Serves the public keys, for everyone. */
  readonly keys: RequestHandler;
  /** Serves `GET /files/:taskId/:digest`, after the sender was identified. */
  readonly files: RequestHandler;
  /** Undefined: the console is off. */
  readonly console: ConsoleRoutes | undefined;
}

/** What is served below `/console`. */
export interface ConsoleRoutes {
  /** Serves the pages, for everyone who may reach the server. */
  readonly pages: RequestHandler;
  /** Serves `/console/api`, after the sender was identified. */
  readonly api: RequestHandler;
}
