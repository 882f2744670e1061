import { z } from 'zod';

const askedSchema = z.object({
  requestId: z.string(),
  /** What Hermes wanted to do, as it said it. Keys and the like are blotted out in it. */
  command: z.string(),
  description: z.string(),
  /** Hash of the call as the transcript has it; absent when it could not be told which call asks. */
  call: z.string().optional(),
});

/**
 * What must be known of a turn to go on with it: saved on disk before Hermes hears of the turn, and handed to the runner
 * as the checkpoint.
 */
export const turnRecordSchema = z.object({
  /** The message that began the turn: a record of another message is an earlier turn. */
  messageId: z.string(),
  /** The conversation, by the name that the runtime's tools know it by. Absent in records of earlier versions. */
  contextId: z.string().optional(),
  /** The last message of the session before the turn; what has a higher number belongs to the turn. */
  after: z.number(),
  /** The run in Hermes; absent until Hermes has taken the turn. */
  runId: z.string().optional(),
  /** The last message of the session before that run. Absent in records of earlier versions. */
  runAfter: z.number().optional(),
  /** How many approvals the turn has asked for. */
  asks: z.number().default(0),
  /** The approval that the turn waits for. */
  asked: askedSchema.optional(),
  /** What the person answered, for the case that the run is lost before it has acted on it. */
  decision: z.object({ command: z.string(), call: z.string().optional(), choice: z.enum(['once', 'deny']) }).optional(),
  /** When it was asked, in milliseconds since 1970. */
  askedAt: z.number().optional(),
  /** True once the run that asked was stopped, so that others have its place; the question is open all the same. */
  released: z.boolean().default(false),
  /**
   * The turns of the conversation whose messages the provider has refused, by the last message before each. Told again,
   * they would be refused again.
   */
  refused: z.array(z.number()).default([]),
  /** True once the turn has come to its end, and so has no run that may still be going on. */
  ended: z.boolean().default(false),
});

export type TurnRecord = z.output<typeof turnRecordSchema>;
export type AskedApproval = z.output<typeof askedSchema>;
