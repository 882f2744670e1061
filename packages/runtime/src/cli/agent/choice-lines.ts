import type { Message } from '@a2a-js/sdk';
import { z } from 'zod';

const choices = z.array(z.object({ id: z.string(), label: z.string().optional() }));
const request = z.object({ choices: choices.optional() });
const question = request.extend({ requests: z.array(request).optional() });

/** What a question offers, one line for each of its requests that offers something. Empty for the question of an agent that says it in another way. */
export function choiceLines(message: Message): readonly string[] {
  const details = message.parts.flatMap(({ content }) =>
    content?.$case === 'data' ? (question.safeParse(content.value).data ?? []) : [],
  );
  const requests = details.flatMap((detail) => detail.requests ?? [detail]);
  return requests.flatMap((one, index) => {
    const offered = (one.choices ?? []).map(({ id, label }) => label ?? id).join(', ');
    if (offered === '') return [];
    return requests.length === 1 ? `choices: ${offered}` : `choices of ${index + 1}: ${offered}`;
  });
}
