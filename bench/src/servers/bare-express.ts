// Express alone: streams the words of an answer as server-sent events, each in the form of an A2A event. It stores nothing.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { readyOn } from './ready.ts';
import { speechIn } from './speech.ts';

const app = express();
app.use(express.json({ limit: '10mb' }));
app.post('/', async (request, response) => {
  const taskId = crypto.randomUUID();
  const { params } = request.body as { params: { message: { parts: { text: string }[] } } };
  const speech = speechIn(params.message.parts[0]?.text ?? '');
  response.setHeader('content-type', 'text/event-stream');
  const send = (result: object) => response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result })}\n\n`);
  const status = (state: string) => ({
    taskId,
    contextId: taskId,
    status: { state, timestamp: new Date().toISOString() },
  });
  send({ statusUpdate: status('TASK_STATE_WORKING') });
  for (const word of speech ?? []) {
    if (word.waitMs > 0) await sleep(word.waitMs);
    const artifact = { artifactId: 'answer', name: 'answer', parts: [{ text: word.text, mediaType: 'text/plain' }] };
    send({ artifactUpdate: { taskId, contextId: taskId, artifact, append: true } });
  }
  send({ statusUpdate: status('TASK_STATE_COMPLETED') });
  response.end();
});
readyOn(createServer(app).listen(0, '127.0.0.1'));
