import type { Response } from 'express';
import { jsonText } from './json-text.js';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  // nginx would hold events back.
  'X-Accel-Buffering': 'no',
} as const;

/** Begins an event stream. */
export function beginEvents(response: Response): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  response.status(200).flushHeaders();
}

/** Writes one event. */
export function writeEvent(response: Response, data: unknown, event?: string): void {
  const name = event === undefined ? '' : `event: ${event}\n`;
  if (!response.writableEnded) response.write(`${name}data: ${jsonText(data)}\n\n`);
}
