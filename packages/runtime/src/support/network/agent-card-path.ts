/** The path of the agent card below an agent's URL (A2A 1.0, section 8.2). Equal to the SDK's, which need not be loaded for it. */
export const AGENT_CARD_PATH = '/.well-known/agent-card.json';
