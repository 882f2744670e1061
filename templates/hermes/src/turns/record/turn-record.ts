import { z } from 'zod';

const askedSchema = z.object({
  requestId: z.string(),
  /** The command for which Hermes asked an approval, as shown by Hermes. Keys in it are masked. */
  command: z.string(),
  description: z.string(),
  /** Hash of the call in the transcript; absent if the asking call could not be identified. */
  call: z.string().optional(),
});

/**
 * The state that is needed to resume a turn: saved on disk before the turn is sent to Hermes, and passed to the runner as
 * the checkpoint.
 */
export const turnRecordSchema = z.object({
  /** The message that began the turn: a record of another message is an earlier turn. */
  messageId: z.string(),
  /** The conversation's id for the runtime's tools. Absent in records of earlier versions. */
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
   * The turns whose messages the provider refused, each by the message before it. They are never sent again, since the provider would
   * refuse them again.
   */
  refused: z.array(z.number()).default([]),
  /** The machine whose Hermes has the run: numbers and runs of another Hermes mean nothing here. Absent in records of earlier versions. */
  machine: z.string().optional(),
  /** False if Hermes on this machine has a part of the conversation only, because another machine has the rest. */
  whole: z.boolean().default(true),
  /** True if what was said is also in the engine store. */
  stored: z.boolean().default(false),
  /** True if the turn has ended, so that none of its runs can be running. */
  ended: z.boolean().default(false),
});

export type TurnRecord = z.output<typeof turnRecordSchema>;
export type AskedApproval = z.output<typeof askedSchema>;
