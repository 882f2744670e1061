import { z } from 'zod';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

const cardSchema = z.object({
  name: z.string().min(1),
  description: z.string().min(1),
  version: z.string().min(1),
  supportedInterfaces: z
    .array(z.object({ url: z.url(), protocolBinding: z.string(), protocolVersion: z.string() }))
    .min(1),
  capabilities: z.object({ streaming: z.boolean() }),
  defaultInputModes: z.array(z.string()).min(1),
  defaultOutputModes: z.array(z.string()).min(1),
  skills: z.array(z.object({ id: z.string().min(1), name: z.string().min(1), description: z.string().min(1) })),
});

/** The agent card is complete, has the address of this agent, and lists both versions of the protocol. */
export const hasCard: VerifyCheck = {
  name: 'card',
  async run(bench) {
    const card = await fetchCard(bench);
    const origins = card.supportedInterfaces.map(({ url }) => new URL(url).origin);
    const { origin } = new URL(bench.runningAgent.url);
    demand(
      origins.every((one) => one === origin),
      `the card must have the address ${origin}; found ${[...new Set(origins)].join(', ')}`,
      'do not set MOLECULE_PUBLIC_URL in the template: only the operator of the agent sets it',
    );
    const versions = [...new Set(card.supportedInterfaces.map(({ protocolVersion }) => protocolVersion))].sort();
    return ok(`${card.name} ${card.version}, ${card.skills.length} skills, A2A ${versions.join(' and ')}`);
  },
};

async function fetchCard(bench: VerifyBench): Promise<z.infer<typeof cardSchema>> {
  const response = await fetch(`${bench.runningAgent.url}/.well-known/agent-card.json`, {
    headers: { 'A2A-Version': '1.0' },
  });
  const text = await response.text();
  bench.observed += text;
  const result = cardSchema.safeParse(JSON.parse(text));
  const issues = result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  demand(
    result.success,
    `the card is incomplete: ${issues.join('; ')}`,
    'set it in config.yaml: name, description, skills',
  );
  return result.data;
}
