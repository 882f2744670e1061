import type { AgentEngine, EngineHealth } from '@molecule/adapters';

/** The contract gives an engine five seconds for its check; whoever asks waits no longer either. */
const CHECK_MS = 5_000;

/**
 * How the engine is, by its own word; one that has no word for it is taken to be well.
 *
 * @throws whatever the engine's check throws
 */
export async function checkEngine(engine: AgentEngine): Promise<EngineHealth> {
  if (!engine.check) return { ok: true, detail: 'running' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<EngineHealth>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'did not answer within 5 seconds' }), CHECK_MS);
  });
  try {
    return await Promise.race([engine.check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
