import { z } from 'zod';

const usageSchema = z.object({ input_tokens: z.number().default(0), output_tokens: z.number().default(0) });

/** What `POST /v1/runs` answers. */
export const startedRunSchema = z.object({ run_id: z.string().min(1) });

/** The answer of `/v1/runs/{id}`, with the fields that are used here. */
export const runSchema = z.object({
  status: z.string(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  usage: usageSchema.nullish(),
});

export type Run = z.output<typeof runSchema>;

/** The events of `/v1/runs/{id}/events` that matter here. */
export const runEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('message.delta'), delta: z.string() }),
  z.object({ event: z.literal('tool.started'), tool: z.string().nullish() }),
  z.object({ event: z.literal('tool.completed'), tool: z.string().nullish() }),
  z.object({
    event: z.literal('approval.request'),
    command: z.string().nullish(),
    description: z.string().nullish(),
  }),
  z.object({ event: z.literal('run.completed'), output: z.string().nullish(), usage: usageSchema.nullish() }),
  z.object({ event: z.literal('run.failed'), error: z.string().nullish() }),
  z.object({ event: z.literal('run.cancelled') }),
]);

export type RunEvent = z.output<typeof runEventSchema>;

/** True for a run that is over. */
export function hasEnded(run: Run): boolean {
  return run.status === 'completed' || run.status === 'failed' || run.status === 'cancelled';
}
