import type { RequestHandler } from 'express';
import { isRpcRequest } from './protocol-error.js';
import { isLegacy } from './protocol-version.js';

/**
 * Protocol 0.3 messages arrive with parts in three shapes: `{kind: "text", text}`, `{type: "text", text}` and a bare
 * `{text}`. The SDK's 0.3 layer knows the first only; the others are given their `kind` here.
 */
export const legacyParts: RequestHandler = (request, _response, next) => {
  if (isRpcRequest(request) && isLegacy(request)) normalize(request.body);
  next();
};

function normalize(body: unknown): void {
  const message = objectAt(objectAt(body, 'params'), 'message');
  const parts: unknown = message?.['parts'];
  if (!Array.isArray(parts)) return;
  for (const part of parts as unknown[]) {
    if (!isObject(part) || 'kind' in part) continue;
    if (typeof part['type'] === 'string') part['kind'] = part['type'];
    else if (typeof part['text'] === 'string') part['kind'] = 'text';
  }
}

function objectAt(value: unknown, key: string): Record<string, unknown> | undefined {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
