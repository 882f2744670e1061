import { type Adapter, type AgentEngine, defineAdapter } from '@molecule/adapters';

/** An adapter for one engine, given as an engine or only as its `runTurn`. */
export function engineAdapter(engine: AgentEngine | AgentEngine['runTurn']): Adapter {
  return defineAdapter({
    name: 'play',
    displayName: 'Play',
    description: 'One engine.',
    createEngine: () => (typeof engine === 'function' ? { runTurn: engine } : engine),
  }) as Adapter;
}
