import type { AgentEngine } from '@molecule/adapters';

/** The same engine, whose turns are run by `runTurn`; its maker still disposes of it. */
export function decorateEngine(engine: AgentEngine, runTurn: AgentEngine['runTurn']): AgentEngine {
  return {
    runTurn,
    ...(engine.transcript && { transcript: (range) => engine.transcript?.(range) as never }),
    ...(engine.abandon && { abandon: (work) => engine.abandon?.(work) as never }),
    ...(engine.check && { check: () => engine.check?.() as never }),
  };
}
