import type { WrapperOptions } from './options.js';
import { TemporalWorkflowWrapper } from './temporal-workflow-wrapper.js';

const wrappers = new Map<string, TemporalWorkflowWrapper>();

/**
 * Makes the wrapper of a workspace; nothing happens until `start()`. Throws for options that cannot work (`RangeError`,
 * `ENCRYPTION_KEY_INVALID`). A second one for the same workspace takes the first one's place in {@link getWrapper}.
 */
export function createWrapper(options: WrapperOptions): TemporalWorkflowWrapper {
  const wrapper = new TemporalWorkflowWrapper(options);
  wrappers.set(options.workspaceId, wrapper);
  return wrapper;
}

/** The wrapper that was made for a workspace in this process; without an id, the only one there is. */
export function getWrapper(workspaceId?: string): TemporalWorkflowWrapper | undefined {
  if (workspaceId !== undefined) return wrappers.get(workspaceId);
  return wrappers.size === 1 ? wrappers.values().next().value : undefined;
}
