import { asArray, asRecord, type ConversationEntry, type JsonRecord, roleOf, textOfContent } from './conversation.js';
import { argumentsOf, type Reply, type WireFormat } from './wire-format.js';

const CREATED = 1_700_000_000;

/** The part of OpenAI Responses (`POST /v1/responses`) that its clients read: text and function calls. */
export const openAiResponses: WireFormat = {
  readConversation(body) {
    if (typeof body['input'] === 'string') return [{ role: 'user', text: body['input'] }];
    return asArray(body['input']).map(asRecord).flatMap(readItem);
  },

  complete: (reply) => response(reply),

  *stream(reply) {
    let sequence = 0;
    for (const { type, chunk, ...rest } of events(reply)) {
      const data = JSON.stringify({ type, sequence_number: sequence, ...rest });
      yield { event: type, data, chunk: chunk === true };
      sequence += 1;
    }
  },

  error: (status, message, type) => ({ error: { message, type: type ?? 'server_error', code: status } }),
};

interface ResponseEvent {
  readonly type: string;
  readonly chunk?: boolean;
  readonly [key: string]: unknown;
}

/** A message and the function calls after it are one turn of the assistant, as are calls without a message. */
function readItem(item: JsonRecord, index: number, items: readonly JsonRecord[]): readonly ConversationEntry[] {
  if (item['type'] === 'function_call_output') {
    const text = typeof item['output'] === 'string' ? item['output'] : textOfContent(item['output']);
    return [{ role: 'tool', text }];
  }
  if (item['type'] === 'function_call') {
    return isAssistant(items[index - 1]) ? [] : [{ role: 'assistant', text: '' }];
  }
  if (item['type'] === 'reasoning') return [];
  return [{ role: roleOf(item['role']), text: textOfContent(item['content']) }];
}

function isAssistant(item: JsonRecord | undefined): boolean {
  return item !== undefined && (item['type'] === 'function_call' || item['role'] === 'assistant');
}

function* events(reply: Reply): Generator<ResponseEvent> {
  const started = { ...response(reply), status: 'in_progress', output: [] };
  yield { type: 'response.created', response: started };
  if (reply.text !== '') yield* messageEvents(reply);
  for (const [index, call] of functionCalls(reply).entries()) {
    const place = { item_id: call.id, output_index: index + (reply.text === '' ? 0 : 1) };
    yield { type: 'response.output_item.added', ...place, item: { ...call, arguments: '', status: 'in_progress' } };
    yield { type: 'response.function_call_arguments.delta', ...place, delta: call.arguments, chunk: true };
    yield { type: 'response.function_call_arguments.done', ...place, arguments: call.arguments };
    yield { type: 'response.output_item.done', ...place, item: call };
  }
  yield { type: 'response.completed', response: response(reply) };
}

function* messageEvents(reply: Reply): Generator<ResponseEvent> {
  const item = messageItem(reply);
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', text: '', annotations: [] };
  yield { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [], status: 'in_progress' } };
  yield { type: 'response.content_part.added', ...place, part };
  for (const delta of reply.pieces) yield { type: 'response.output_text.delta', ...place, delta, chunk: true };
  yield { type: 'response.output_text.done', ...place, text: reply.text };
  yield { type: 'response.content_part.done', ...place, part: { ...part, text: reply.text } };
  yield { type: 'response.output_item.done', output_index: 0, item };
}

function response(reply: Reply) {
  const { input, output } = reply.usage;
  return {
    id: `resp_${reply.number}`,
    object: 'response',
    created_at: CREATED,
    status: 'completed',
    model: reply.model,
    output: [...(reply.text === '' ? [] : [messageItem(reply)]), ...functionCalls(reply)],
    usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
    parallel_tool_calls: true,
    tools: [],
  };
}

function messageItem(reply: Reply) {
  const content = [{ type: 'output_text', text: reply.text, annotations: [] }];
  return { type: 'message', id: `msg_${reply.number}`, role: 'assistant', status: 'completed', content };
}

function functionCalls(reply: Reply) {
  return reply.toolCalls.map((call, index) => ({
    type: 'function_call',
    id: `fc_${reply.number}_${index}`,
    call_id: call.id ?? `call_${reply.number}_${index}`,
    name: call.tool,
    arguments: argumentsOf(call),
    status: 'completed',
  }));
}
