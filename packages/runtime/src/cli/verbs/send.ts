import { defineVerb, usageOf } from '../command-line/verb.js';
import { UsageError } from '../host/usage-error.js';

const NAME = 'send';
const OPERANDS = '<url> [...text]';

/** The answer goes to standard output as it arrives, everything about it to standard error. */
export const send = defineVerb({
  name: NAME,
  operands: OPERANDS,
  summary: 'Send a message to an agent and print its answer as it arrives',
  options: {
    context: { value: 'id', help: 'Continue this conversation' },
    task: { value: 'id', help: 'Answer the question of this task' },
    file: { value: 'path', many: true, help: 'Attach this file; can be given several times' },
    token: { value: 'token', help: 'The bearer token (default: MOLECULE_TOKEN)' },
    json: { help: 'Print one A2A event per line, as JSON' },
  },
  examples: ["molecule send http://localhost:8000 'What can you do?'"],
  async run({ operands: [url = '', ...words], options }, host) {
    const { context, task, file: files, token, json } = options;
    const text = words.join(' ');
    if (text.trim() === '' && files.length === 0) {
      throw new UsageError(`There is no message. Usage: ${usageOf({ name: NAME, operands: OPERANDS })}`);
    }
    const { sendMessage } = await import('../agent/send-message.js');
    return sendMessage({ url, text, context, task, files, token, json }, host);
  },
});
