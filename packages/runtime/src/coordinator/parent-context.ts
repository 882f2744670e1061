import type { JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import type { SharedFile } from '../prompt/build-system-prompt.js';

const files = z.array(z.object({ path: z.string(), content: z.string() }));

/**
 * The files that the parent workspace shares. A parent that refuses, or is not known, shares nothing; `tell` hears why.
 *
 * @param ask the platform's answer for a parent
 */
export async function getParentContext(
  parentId: string | undefined,
  ask: (parentId: string) => Promise<JsonValue>,
  tell: (error: unknown) => void,
): Promise<readonly SharedFile[]> {
  if (parentId === undefined) return [];
  try {
    return files.parse(await ask(parentId));
  } catch (error) {
    tell(error);
    return [];
  }
}
