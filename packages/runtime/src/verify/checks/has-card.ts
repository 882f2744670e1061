import { z } from 'zod';
import type { VerifyBench } from '../verify-bench.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-failure.js';

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

/** The agent card is whole, leads to this agent, and speaks of both versions of the protocol. */
export const hasCard: VerifyCheck = {
  name: 'card',
  async run(bench) {
    const card = await fetchCard(bench);
    const origins = card.supportedInterfaces.map(({ url }) => new URL(url).origin);
    const { origin } = new URL(bench.runningAgent.url);
    demand(
      origins.every((one) => one === origin),
      `the card must lead to ${origin}; found ${[...new Set(origins)].join(', ')}`,
      'leave MOLECULE_PUBLIC_URL out of the template: it is for whoever runs the agent',
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
    `the card lacks something: ${issues.join('; ')}`,
    'say it in config.yaml: name, description, skills',
  );
  return result.data;
}
