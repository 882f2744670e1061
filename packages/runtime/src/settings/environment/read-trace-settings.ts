import type { Env } from './env.js';
import type { TraceSettings } from './runtime-settings.js';

/** The tracing settings of the standard `OTEL_*` variables, which the exporter itself also reads. */
export function readTraceSettings(environment: Env): TraceSettings {
  return { wanted: asksForTraces(environment), resource: resourceOf(environment) };
}

/** True if a variable sets a destination for traces and none disables tracing. */
function asksForTraces(environment: Env): boolean {
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return false;
  const exporter = environment['OTEL_TRACES_EXPORTER']?.trim().toLowerCase() ?? '';
  if (exporter !== '') return exporter !== 'none';
  return [environment['OTEL_EXPORTER_OTLP_ENDPOINT'], environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']].some(
    (endpoint) => endpoint !== undefined && endpoint.trim() !== '',
  );
}

/** `OTEL_RESOURCE_ATTRIBUTES` (`key=value` with commas, percent-encoded), and `OTEL_SERVICE_NAME`, which wins. */
function resourceOf(environment: Env): Record<string, string> {
  const serviceName = environment['OTEL_SERVICE_NAME']?.trim();
  return {
    ...Object.fromEntries((environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',').flatMap(parseAttribute)),
    ...(serviceName ? { 'service.name': serviceName } : {}),
  };
}

function parseAttribute(entry: string): [string, string][] {
  const [key = '', ...rest] = entry.split('=');
  const name = key.trim();
  return name === '' || /\s/.test(name) || rest.length === 0 ? [] : [[name, decode(rest.join('=').trim())]];
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A lone percent sign: the value is not encoded and is used unchanged.
    return value;
  }
}
