import { z } from 'zod';

const toolCallSchema = z.object({
  id: z.string(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

/** A message of a session's transcript, from `/api/sessions/{id}/messages`, with the fields that are used here. */
export const messageSchema = z.object({
  /** Grows with time, over all sessions. */
  id: z.number(),
  role: z.string(),
  content: z.unknown().transform(textOf),
  tool_calls: z.array(toolCallSchema).nullish(),
  tool_call_id: z.string().nullish(),
  tool_name: z.string().nullish(),
  /** Seconds since 1970. */
  timestamp: z.number().nullish(),
  /** `stop` and the like on what the model finished; nothing on what Hermes wrote when it was interrupted. */
  finish_reason: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_content: z.string().nullish(),
});

export const messagesSchema = z.object({
  /** The session that holds them: a newer one, if Hermes has compressed the conversation. */
  session_id: z.string().nullish(),
  data: z.array(messageSchema),
});

export type SessionMessage = z.output<typeof messageSchema>;

/** The text of a message's content: a string, or a list of parts of which the text ones count. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isTextPart(part) ? part.text : ''))
    .filter(Boolean)
    .join('\n');
}

function isTextPart(part: unknown): part is { text: string } {
  return typeof part === 'object' && part !== null && typeof (part as { text?: unknown }).text === 'string';
}
