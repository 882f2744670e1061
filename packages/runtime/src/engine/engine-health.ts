import type { AgentEngine, EngineHealth } from '@molecule/adapters';
import { within } from '../support/wait.js';

/** The contract's limit for a health check. */
const CHECK_MS = 5_000;

/**
 * The result of the engine's health check. An engine without a check counts as healthy.
 *
 * @throws the error of the engine's check
 */
export async function engineHealth(engine: AgentEngine): Promise<EngineHealth> {
  if (!engine.check) return { ok: true, detail: 'running' };
  return within(engine.check(), CHECK_MS, () => ({ ok: false, detail: 'did not answer within 5 seconds' }));
}
