import { createHash } from 'node:crypto';
import { interrupt } from '@langchain/langgraph';
import type { AnswerTurn, InputChoice, InputRequiredEvent, JsonObject, JsonValue } from '@molecule/adapters';

/** What `interrupt()` returns inside a tool once the person has answered. */
export interface PersonAnswer {
  readonly text: string;
  /** Id of the choice that the answer names, when there were choices and it names one. */
  readonly choice?: string;
  /** Digest of what the person was asked: for an approval, of the tool and its input. */
  readonly asked: string;
}

/** What this template's own tools pass to `interrupt()`. Tools of yours may pass it too, or any string. */
interface Request {
  readonly request: 'approval' | 'question';
  readonly prompt: string;
  readonly choices?: readonly InputChoice[];
  readonly tool?: { readonly name: string; readonly input: JsonValue };
}

const APPROVE = 'approve';
const APPROVAL_CHOICES: readonly InputChoice[] = [
  { id: APPROVE, label: 'Approve' },
  { id: 'deny', label: 'Deny' },
];

/**
 * Ends the turn until a person has answered; then returns `undefined` if the call is approved, or the text for the model. Anything but a
 * clear approval is a refusal.
 */
export function askApproval(tool: string, input: JsonObject): string | undefined {
  const request: Request = {
    request: 'approval',
    prompt: `The agent asks for your approval to call ${tool} with ${JSON.stringify(input)}`,
    choices: APPROVAL_CHOICES,
    tool: { name: tool, input },
  };
  const answer = interrupt<Request, PersonAnswer>(request);
  if (answer.choice === APPROVE) {
    // An approval applies to exactly the call that the person was shown, whatever its id.
    return answer.asked === digestOf(request) ? undefined : 'Not done: the approval was for another call.';
  }
  const words = answer.choice === undefined && answer.text.trim() !== '' ? ` They said: ${answer.text}` : '';
  return `Not done: the person did not approve this call.${words}`;
}

/** Ends the turn until a person has answered; then returns the answer. */
export function askQuestion(prompt: string, choices: readonly string[] = []): string {
  const offered = choices.map((choice) => ({ id: choice, label: choice }));
  const request: Request = { request: 'question', prompt, ...(offered.length > 0 ? { choices: offered } : {}) };
  const answer = interrupt<Request, PersonAnswer>(request);
  return answer.choice ?? answer.text;
}

/** The event for an interrupt of any origin; an unknown value becomes a question to the person. */
export function toInputRequired(requestId: string, value: unknown): InputRequiredEvent {
  if (isRequest(value)) {
    const { request, prompt, choices, tool } = value;
    return {
      type: 'input-required',
      requestId,
      request,
      prompt,
      ...(choices === undefined ? {} : { choices }),
      ...(tool === undefined ? {} : { tool }),
    };
  }
  const prompt = typeof value === 'string' ? value : JSON.stringify(value);
  return { type: 'input-required', requestId, request: 'question', prompt };
}

/** An answer's text, its structured parts and where its files lie, as `interrupt()` returns them. `asked`: its request. */
export function toPersonAnswer(turn: AnswerTurn, asked: unknown): PersonAnswer {
  const others = turn.parts.flatMap((part) => {
    if (part.kind === 'data') return [JSON.stringify(part.data)];
    return part.kind === 'file' ? [`(file: ${part.path ?? part.url})`] : [];
  });
  const text = [turn.text, ...others].filter((piece) => piece !== '').join('\n');
  return { text, ...(turn.choice === undefined ? {} : { choice: turn.choice }), asked: digestOf(asked) };
}

/** SHA-256 of the request: for an approval, of the tool and its input, independent of the order of keys. */
export function digestOf(asked: unknown): string {
  const subject = isRequest(asked) && asked.tool !== undefined ? asked.tool : asked;
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  return createHash('sha256')
    .update(JSON.stringify(subject, sorted) ?? '')
    .digest('hex');
}

function isRequest(value: unknown): value is Request {
  const request = (value ?? {}) as Partial<Request>;
  return (request.request === 'approval' || request.request === 'question') && typeof request.prompt === 'string';
}
