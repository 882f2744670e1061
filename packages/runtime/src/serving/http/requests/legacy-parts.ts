import type { RequestHandler } from 'express';
import { isObject } from '../../../support/is-object.js';
import { isRpcRequest } from '../binding/binding.js';
import { isLegacy } from '../binding/protocol-version.js';

/**
 * Adds the missing `kind` to parts of protocol 0.3. Clients send them in three shapes: `{kind: "text", text}`,
 * `{type: "text", text}` and `{text}`. The SDK reads the first only.
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
