import { z } from 'zod';
import { VerifyError } from './verify-error.js';

/** A message, and a text that its answer must contain. */
const exchange = z.strictObject({ text: z.string(), expect: z.string() });

const planSchema = z.strictObject({
  /** Variables that the agent is started with. */
  environment: z.record(z.string(), z.string()).default({}),
  message: exchange.optional(),
  /** A turn that runs for five seconds or more. */
  slow: exchange.optional(),
  /** A message that ends in `input-required`, and the answer to it. */
  ask: exchange.extend({ answer: z.string() }).optional(),
});

export type Exchange = z.infer<typeof exchange>;
export type VerifyPlan = z.infer<typeof planSchema>;

/** `[[...]]` is a script for the scripted model; an engine without a model echoes it. */
export const DEFAULT_MESSAGE: Exchange = { text: 'Hello! [[{"text":"Good morning."}]]', expect: 'Good morning.' };

/** Twelve words, one every half second. */
export const SCRIPTED_SLOW: Exchange = {
  text: 'Slowly, please. [[{"text":"one two three four five six seven eight nine ten eleven twelve","chunkMs":500}]]',
  expect: 'twelve',
};

/**
 * Reads `molecule.verify` of a template's `package.json`: messages for an engine whose answers the scripted model does not determine, or
 * that can ask a person.
 */
export function readPlan(manifest: { readonly molecule?: { readonly verify?: unknown } }): VerifyPlan {
  const result = planSchema.safeParse(manifest.molecule?.verify ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `molecule.verify.${path.join('.')}: ${message}`);
  throw new VerifyError(issues.join('\n'), 'correct package.json; docs/upgrading.md shows the keys');
}
