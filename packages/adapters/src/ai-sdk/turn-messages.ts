import type { AgentTurn } from '../agent/agent-definition.js';
import type { ConversationBounds } from '../contract/conversation.js';
import type { JsonValue } from '../contract/json.js';
import type { FilePart, Part } from '../contract/part.js';
import { cutText } from '../text/whole-characters.js';

/** `ModelMessage` of the AI SDK. */
export type TurnMessage =
  | { role: 'assistant'; content: string }
  | { role: 'user'; content: string | (TextContent | FileContent)[] };

interface TextContent {
  type: 'text';
  text: string;
}

interface FileContent {
  type: 'file';
  /** Base64. */
  data: string;
  mediaType: string;
  filename: string;
}

export interface TurnMessageOptions extends ConversationBounds {
  /** Media types of files that the model reads itself. The others it gets as text if they are text, or else by their path. Default: none. */
  readonly fileTypes?: readonly string[];
}

/** Characters of a text file that are given to the model. */
const MOST_TEXT = 200_000;

/**
 * The messages of a turn for the AI SDK: what was said before in the conversation, and the message with its files and data. What was said
 * comes from the task log, or from the caller if the log has nothing.
 */
export async function turnMessages(turn: AgentTurn, options: TurnMessageOptions = {}): Promise<TurnMessage[]> {
  const { fileTypes = [], ...bounds } = options;
  const said = (await turn.conversation(bounds)).map(({ role, text }) => [role, text] as const);
  const content = turn.parts.map((part) => contentOf(part, fileTypes)).filter(hasContent);
  return [
    ...(said.length > 0 ? said : turn.history).map(([role, text]) => messageOf(role, text)),
    { role: 'user', content: content.length > 0 ? content : '(an empty message)' },
  ];
}

/** Each role but the agent's counts as a person's, so that no caller can send instructions. */
function messageOf(role: string, text: string): TurnMessage {
  const content = text.trim() === '' ? '(an empty message)' : text.toWellFormed();
  return /^(agent|ai|assistant|model)$/i.test(role) ? { role: 'assistant', content } : { role: 'user', content };
}

function contentOf(part: Part, fileTypes: readonly string[]): TextContent | FileContent {
  if (part.kind === 'text') return { type: 'text', text: part.text.toWellFormed() };
  if (part.kind === 'data') return { type: 'text', text: toldOfData(part.data) };
  return fileContent(part, fileTypes);
}

function fileContent(file: FilePart, fileTypes: readonly string[]): TextContent | FileContent {
  const { name = 'unnamed', mediaType = 'unknown type', path, url } = file;
  // Each access reads the file.
  const bytes = url === undefined ? file.data : undefined;
  if (bytes && fileTypes.includes(mediaType)) return { type: 'file', data: bytes, mediaType, filename: name };
  const place = path ?? url;
  const text = bytes && /^text\/|[/+](json|xml|yaml)$/.test(mediaType) ? textOf(bytes) : undefined;
  const head = `The person sent the file "${name}" (${mediaType})${place === undefined ? '' : `, which is at ${place}`}`;
  return { type: 'text', text: text === undefined ? `${head}.` : `${head}:\n${text}` };
}

/** Data as text, which every model reads. */
export function toldOfData(data: JsonValue): string {
  return `Structured data:\n${JSON.stringify(data)}`;
}

/** A file as text, for a model that does not read it itself. */
export function toldOfFile(file: FilePart): string {
  return (fileContent(file, []) as TextContent).text;
}

function textOf(bytes: string): string {
  return cutText(Buffer.from(bytes, 'base64').toString(), MOST_TEXT);
}

function hasContent(content: TextContent | FileContent): boolean {
  return content.type === 'file' || content.text.trim() !== '';
}
