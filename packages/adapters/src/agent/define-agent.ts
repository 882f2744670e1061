import { type Adapter, defineAdapter } from '../contract/adapter.js';
import type { AgentDefinition } from './agent-definition.js';
import { SmallEngine } from './agent-engine.js';

/**
 * An adapter for an agent that is one function. The function gets a message and answers it; its steps are recorded, so that after a
 * crash it goes on where it was. `defineAdapter` is the long form, for engines with processes, sessions and checkpoints of their own.
 *
 * ```ts
 * export const adapter = defineAgent({
 *   name: 'greeter',
 *   async run(turn, { step }) {
 *     const name = await step('look up', () => lookUp(turn.owner));
 *     return `Hello ${name}, you said: ${turn.text}`;
 *   },
 * });
 * ```
 */
export function defineAgent<Config = unknown>(agent: AgentDefinition<Config>): Adapter<Config> {
  const { name, displayName = name, description = displayName, configSchema, nativeSkills, credentials } = agent;
  return defineAdapter<Config>({
    name,
    displayName,
    description,
    // An attempt that is repeated does not repeat its recorded steps.
    repeatableTurns: true,
    ...(configSchema && { configSchema }),
    ...(nativeSkills !== undefined && { nativeSkills }),
    ...(credentials && { credentials: credentials.bind(agent) }),
    createEngine: async (context) => {
      await agent.start?.(context);
      return new SmallEngine(agent, context);
    },
  });
}
