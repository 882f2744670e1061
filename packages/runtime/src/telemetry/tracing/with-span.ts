import { MoleculeError } from '@molecule/adapters';
import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { ATTRIBUTES, SPAN_KINDS, type SpanName } from './attributes.js';
import { parseTraceparent } from './traceparent.js';

/**
 * Runs `fn` inside a span that ends with it. If `fn` throws, the span gets the error's code. It gets the message only of a
 * MoleculeError, because other messages may contain private data. Almost free while no tracer is installed.
 *
 * @param parentTraceparent The caller's `traceparent` header. If `undefined`, the active span is the parent.
 */
export async function withSpan<Result>(
  name: SpanName,
  attributes: Attributes,
  parentTraceparent: string | undefined,
  fn: (span: Span) => Promise<Result>,
): Promise<Result> {
  const parent = parseTraceparent(parentTraceparent);
  const outer = parent === undefined ? context.active() : trace.setSpanContext(context.active(), parent);
  const span = trace.getTracer('@molecule/runtime').startSpan(name, { attributes, kind: SPAN_KINDS[name] }, outer);
  try {
    return await context.with(trace.setSpan(outer, span), () => fn(span));
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed, also for failures that are returned as values. */
export function markFailed(span: Span, error: unknown): void {
  const isOurs = MoleculeError.is(error);
  const type = isOurs ? error.code : error instanceof Error ? error.name : 'unknown';
  span.setAttribute(ATTRIBUTES.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(isOurs ? { message: error.message } : {}) });
}
