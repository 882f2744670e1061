import { EngineError, silentLogger } from '@molecule/adapters';
import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTRIBUTES, SPAN_NAMES } from '../../../src/telemetry/tracing/attributes.js';
import { startTracing, type Tracing } from '../../../src/telemetry/tracing/start-tracing.js';
import { parseTraceparent, traceparentOf } from '../../../src/telemetry/tracing/traceparent.js';
import { withSpan } from '../../../src/telemetry/tracing/with-span.js';
import { type Collector, startCollector } from './collector.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe('without a tracer', () => {
  test('a span has no effect, and the body runs', async () => {
    expect(await withSpan(SPAN_NAMES.llmCall, {}, PARENT, async () => trace.getActiveSpan())).toBeUndefined();
    await expect(
      withSpan(SPAN_NAMES.llmCall, {}, undefined, async () => {
        throw new Error('as it is');
      }),
    ).rejects.toThrow('as it is');
  });

  test('the trace of the caller is passed on unchanged', async () => {
    expect(await withSpan(SPAN_NAMES.taskReceive, {}, PARENT, async (span) => traceparentOf(span))).toBe(PARENT);
  });
});

test.each([
  undefined,
  '',
  'nonsense',
  `ff-${TRACE_ID}-b7ad6b7169203331-01`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
  `00-${TRACE_ID.toUpperCase()}-b7ad6b7169203331-01`,
])('%s is not a valid traceparent', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test('the known fields of a traceparent of a later version are read', () => {
  expect(parseTraceparent(`01-${TRACE_ID}-b7ad6b7169203331-00-more`)).toMatchObject({
    traceId: TRACE_ID,
    traceFlags: 0,
  });
});

test('nothing is started if no variable enables traces', async () => {
  const settings = { otel: { wanted: false, resource: {} } };
  const tracing = await startTracing(settings, { serviceName: 'a', serviceVersion: '1', logger: silentLogger });
  expect(tracing.active).toBe(false);
  await tracing.shutdown();
});

describe('with a collector', () => {
  let collector: Collector;
  let tracing: Tracing;
  const find = (name: string) => collector.spans.find((span) => span.name === name);

  beforeAll(async () => {
    collector = await startCollector();
    // The exporter reads these from the process itself.
    Object.assign(process.env, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    const settings = { otel: { wanted: true, resource: { team: 'blue' } } };
    tracing = await startTracing(settings, { serviceName: 'echo', serviceVersion: '2.0', logger: silentLogger });
    let inner: string | undefined;
    await withSpan(SPAN_NAMES.taskReceive, { [ATTRIBUTES.taskId]: 't1' }, PARENT, async () => {
      await withSpan(SPAN_NAMES.llmCall, {}, undefined, async (span) => {
        span.setAttribute(ATTRIBUTES.inputTokens, 12);
        inner = traceparentOf(span);
        expect(trace.getActiveSpan()).toBe(span);
      });
    });
    expect(inner).toMatch(new RegExp(`^00-${TRACE_ID}-`));
    await withSpan(SPAN_NAMES.taskComplete, {}, inner, async () => {
      throw new EngineError('overloaded', 'The provider is overloaded.');
    }).catch(() => {});
    await withSpan(SPAN_NAMES.taskComplete, { which: 'stray' }, inner, async () => {
      throw new TypeError('sk-secret in a message');
    }).catch(() => {});
    await tracing.shutdown();
  });

  afterAll(async () => {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL']) delete process.env[name];
    await collector[Symbol.asyncDispose]();
  });

  test('nothing is left of the SDK after its shutdown', async () => {
    expect(await withSpan(SPAN_NAMES.llmCall, {}, PARENT, async () => trace.getActiveSpan()?.isRecording())).not.toBe(
      true,
    );
    expect(trace.setGlobalTracerProvider(trace.getTracerProvider())).toBe(true);
    trace.disable();
  });

  test('one trace contains the caller and all stages', () => {
    expect(tracing.active).toBe(true);
    const receive = find('task_receive');
    expect(receive).toMatchObject({ traceId: TRACE_ID, parentSpanId: 'b7ad6b7169203331', kind: 2 });
    expect(receive?.attributes).toMatchObject({ 'molecule.task.id': 't1' });
    expect(find('llm_call')).toMatchObject({ traceId: TRACE_ID, parentSpanId: receive?.spanId, kind: 3 });
    expect(Number(find('llm_call')?.attributes['gen_ai.usage.input_tokens'])).toBe(12);
    expect(find('task_complete')).toMatchObject({ traceId: TRACE_ID, parentSpanId: find('llm_call')?.spanId });
  });

  test('a failed span has the error code, and the message only of a MoleculeError', () => {
    const [ours, stray] = collector.spans.filter(({ name }) => name === 'task_complete');
    expect(ours).toMatchObject({
      status: { code: 2, message: 'The provider is overloaded.' },
      attributes: { 'error.type': 'overloaded' },
    });
    expect(stray).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TypeError' } });
    expect(JSON.stringify(collector.spans)).not.toContain('sk-secret');
  });

  test('the resource has the configured attributes and never the command line', () => {
    const resource = find('task_receive')?.resource;
    expect(resource).toMatchObject({ 'service.name': 'echo', 'service.version': '2.0', team: 'blue' });
    expect(Object.keys(resource ?? {}).filter((key) => key.startsWith('process.'))).toEqual([]);
  });
});
