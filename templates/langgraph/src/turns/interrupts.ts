import { createHash } from 'node:crypto';
import { interrupt } from '@langchain/langgraph';
import type {
  AnswerTurn,
  InputAnswer,
  InputChoice,
  InputRequest,
  InputRequiredEvent,
  JsonObject,
  JsonValue,
  Part,
} from '@molecule/adapters';

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
const DENY = 'deny';

/** What refuses without a reason. */
const BARE_NO = /^(?:deny|reject|rejected|no)[\s.!]*$/i;

const APPROVAL_CHOICES: readonly InputChoice[] = [
  { id: APPROVE, label: 'Approve', means: 'approve' },
  { id: DENY, label: 'Deny', means: 'reject' },
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
  const said = answer.text.trim();
  const words = said !== '' && !BARE_NO.test(said) ? ` They said: ${answer.text}` : '';
  return `Not done: the person did not approve this call.${words}`;
}

/** Ends the turn until a person has answered; then returns the answer. */
export function askQuestion(prompt: string, choices: readonly string[] = []): string {
  const offered = choices.map((choice) => ({ id: choice, label: choice }));
  const request: Request = { request: 'question', prompt, ...(offered.length > 0 ? { choices: offered } : {}) };
  const answer = interrupt<Request, PersonAnswer>(request);
  return answer.choice ?? answer.text;
}

/** An interrupt that has no answer yet. */
export interface OpenRequest {
  readonly id: string;
  readonly value: unknown;
}

/** The event for interrupts of any origin, all of which are asked at once; an unknown value becomes a question to the person. */
export function toInputRequired([first, ...others]: readonly [OpenRequest, ...OpenRequest[]]): InputRequiredEvent {
  const also = others.map(toInputRequest);
  return { type: 'input-required', ...toInputRequest(first), ...(also.length === 0 ? {} : { also }) };
}

function toInputRequest({ id: requestId, value }: OpenRequest): InputRequest {
  if (isRequest(value)) {
    const { request, prompt, choices, tool } = value;
    return {
      requestId,
      request,
      prompt,
      ...(choices === undefined ? {} : { choices }),
      ...(tool === undefined ? {} : { tool }),
    };
  }
  const prompt = typeof value === 'string' ? value : JSON.stringify(value);
  return { requestId, request: 'question', prompt };
}

/** The answers of a turn, by the id of the request that they belong to. A runtime that knows one request only gives one. */
export function answersOf(turn: AnswerTurn): ReadonlyMap<string, GivenAnswer> {
  const { answers = [] } = turn;
  if (answers.length < 2) {
    // A data part that names the choice says no more than the choice.
    const parts = turn.choice === undefined ? turn.parts : turn.parts.filter(({ kind }) => kind !== 'data');
    return new Map([[turn.requestId, { ...turn, parts }]]);
  }
  // The message may hold the answers to all requests, so of its data only this answer's own counts.
  const ownOf = ({ data, parts, ...answer }: InputAnswer): GivenAnswer => ({
    ...answer,
    parts: [...(data === undefined ? [] : [{ kind: 'data', data } as const]), ...parts.filter(isFile)],
  });
  return new Map(answers.map((answer) => [answer.requestId, ownOf(answer)]));
}

function isFile({ kind }: Part): boolean {
  return kind === 'file';
}

/** What a person has said to one request. */
type GivenAnswer = Pick<AnswerTurn, 'text' | 'choice' | 'parts'>;

/** An answer's text, its structured parts and where its files lie, as `interrupt()` returns them. `asked`: its request. */
export function toPersonAnswer({ text: said, choice, parts }: GivenAnswer, asked: unknown): PersonAnswer {
  const others = parts.flatMap((part) => {
    if (part.kind === 'data') return [JSON.stringify(part.data)];
    return part.kind === 'file' ? [`(file: ${part.path ?? part.url})`] : [];
  });
  const text = [said, ...others].filter((piece) => piece !== '').join('\n');
  return { text, ...(choice === undefined ? {} : { choice }), asked: digestOf(asked) };
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
