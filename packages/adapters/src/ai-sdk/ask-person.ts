import type { JsonValue } from '../contract/json.js';
import type { TurnSteps } from '../contract/steps.js';
import { toldOfData, toldOfFile } from './turn-messages.js';

/** `ToolApprovalResponse` or `ToolResultPart` of the AI SDK. */
export type PersonAnswer =
  | { type: 'tool-approval-response'; approvalId: string; approved: boolean; reason: string }
  | { type: 'tool-result'; toolCallId: string; toolName: string; output: { type: 'text'; value: string } };

/** `ContentPart` of the AI SDK. */
interface Content {
  readonly type: string;
}

interface Call extends Content {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: JsonValue;
  readonly invalid?: boolean;
  readonly providerExecuted?: boolean;
}

interface ApprovalRequest extends Content {
  readonly approvalId: string;
  readonly toolCall: Call;
  readonly isAutomatic?: boolean;
}

/** `ToolSet` of the AI SDK, as far as it is used here. */
type Tools = Readonly<Record<string, { readonly execute?: unknown }>>;

/** The input of a tool that asks a person. */
interface Question {
  readonly question: string;
  readonly choices?: readonly string[];
}

/**
 * Asks a person for what the content of an answer waits for: for the approvals of its tool calls, and for the answers to its questions, which are
 * calls of a tool without `execute` whose input has a `question` and perhaps `choices`. What is asked at once is one question of the task.
 *
 * ```ts
 * const answers = await askPerson(controls, await result.content, tools);
 * if (answers.length > 0) messages.push(...(await result.responseMessages), { role: 'tool', content: answers });
 * ```
 *
 * @param tools of the model: a tool with `execute` asks no question, also if its input has a `question`, and a question needs no approval
 * @returns the content of the message with which the model goes on; empty if nothing was asked
 */
export async function askPerson(
  { ask }: Pick<TurnSteps, 'ask'>,
  content: readonly Content[],
  tools: Tools,
): Promise<PersonAnswer[]> {
  const ended = new Set(content.flatMap((part) => (isEnd(part) ? [part.toolCallId] : [])));
  return Promise.all(
    content.flatMap((part) => {
      if (isApprovalRequest(part))
        return part.isAutomatic || isQuestion(part.toolCall, tools) ? [] : [approval(part, ask)];
      return isQuestion(part, tools) && !ended.has(part.toolCallId) ? [answer(part, ask)] : [];
    }),
  );
}

async function approval(
  { approvalId, toolCall: { toolName: name, input } }: ApprovalRequest,
  ask: TurnSteps['ask'],
): Promise<PersonAnswer> {
  const prompt = `The agent asks for your approval to call ${name} with ${JSON.stringify(input)}`;
  const { approved = false, text } = await ask({ prompt, tool: { name, input } });
  return { type: 'tool-approval-response', approvalId, approved, reason: text };
}

async function answer({ toolCallId, toolName, input }: Call, ask: TurnSteps['ask']): Promise<PersonAnswer> {
  const { question, choices = [] } = input as unknown as Question;
  const offered = choices.map((label, index) => ({ id: `${index + 1}`, label }));
  const request = { prompt: question, ...(offered.length > 0 && { choices: offered }) };
  const { choice, text, data, files = [] } = await ask(request);
  const said = offered.find(({ id }) => id === choice)?.label ?? text;
  const told = [...(data === undefined ? [] : [toldOfData(data)]), ...files.map(toldOfFile)];
  const value = [said, ...told].filter((line) => line !== '').join('\n');
  return { type: 'tool-result', toolCallId, toolName, output: { type: 'text', value } };
}

function isApprovalRequest(part: Content): part is ApprovalRequest {
  return part.type === 'tool-approval-request';
}

function isEnd(part: Content): part is Call {
  return part.type === 'tool-result' || part.type === 'tool-error';
}

function isQuestion(part: Content, tools: Tools): part is Call {
  if (part.type !== 'tool-call') return false;
  const { toolName, input, invalid, providerExecuted } = part as Call;
  if (invalid || providerExecuted || tools[toolName]?.execute) return false;
  return typeof (input as { readonly question?: unknown } | null)?.question === 'string';
}
