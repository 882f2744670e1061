import type { TemporalDevServer } from '@molecule/temporal/testing';
import { context, propagation, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { rpc, wireMessage } from '../../support/wire.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { historyOf, startTemporal } from './support/temporal.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

const spans = new InMemorySpanExporter();
let temporal: TemporalDevServer;
beforeAll(async () => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  temporal = await startTemporal();
});
afterAll(async () => {
  for (const part of [trace, context, propagation]) part.disable();
  await temporal?.stop();
});

it('the request of the caller, the three stages, and the workflow are one trace', async () => {
  spans.reset();
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  const traceparent = `00-${TRACE_ID}-${CALLER}-01`;
  const reply = await rpc(runtime.url, 'SendMessage', wireMessage('hello'), { traceparent });
  const { task } = reply.body.result as { readonly task: { readonly id: string } };
  const find = (name: string) => spans.getFinishedSpans().find((span) => span.name === name);
  await until('all three spans are exported', () => find('task_complete'));
  const [receive, call, complete] = ['task_receive', 'llm_call', 'task_complete'].map(find);
  for (const span of [receive, call, complete]) expect(span?.spanContext().traceId).toBe(TRACE_ID);
  expect(receive?.parentSpanContext?.spanId).toBe(CALLER);
  const root = receive?.spanContext().spanId;
  for (const span of [call, complete]) expect(span?.parentSpanContext?.spanId).toBe(root);
  // The turn's record holds the trace, so a process that takes over the turn continues the trace.
  expect((await historyOf(temporal, task.id)).readable).toContain(`00-${TRACE_ID}-${root}-01`);
});
